import DKIMCore
import Testing

@Suite struct HeaderBTests {
  @Test(arguments: [
    ([], []), (["abcdefghij"], ["abcdefgh"]), (["abc"], ["abc"]), ([""], [""]),
    (["abcdefghij", "zbcdefghij"], ["abcdefgh", "zbcdefgh"]),
    (["abcdefgh1", "abcdefgh2"], ["abcdefgh1", "abcdefgh2"]),
    (["abcdefghijk1x", "zzzzzzzzzz", "abcdefghijk2x"], ["abcdefghijk1", "zzzzzzzz", "abcdefghijk2"]),
    (["abcdefghij", "abcdefghij"], ["abcdefghij", "abcdefghij"]),
    (["abcdefghij", "abcdefghijklm"], ["abcdefghij", "abcdefghijk"]),
    (["abcdefghijkl", "abcdefghijkm", "abcdefghizzz"], ["abcdefghijkl", "abcdefghijkm", "abcdefghiz"]),
    (["aaaaaaa\u{fc}bc"], ["aaaaaaa\u{fc}"]),
  ])
  func prefixes(_ signatures: [String], _ wanted: [String]) {
    #expect(SignaturePrefix.prefixes(of: signatures) == wanted)
  }

  /// Checked against the definition: unique if possible, and no longer than necessary.
  @Test func `against definition`() {
    let seed = UInt64.random(in: .min ... .max)
    var state = seed
    for _ in 0..<300 {
      let texts = (0..<6).map { _ in
        String(
          (0..<12).map { _ -> Character in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 62 == 0 ? "b" : "a"
          })
      }
      let prefixes = SignaturePrefix.prefixes(of: texts)
      for (i, prefix) in prefixes.enumerated() {
        let others = texts.indices.filter { $0 != i }.map { texts[$0] }
        let wanted = (8...12).first { n in !others.contains { $0.hasPrefix(texts[i].prefix(n)) } } ?? 12
        #expect(prefix == texts[i].prefix(wanted), "seed \(seed)")
      }
    }
  }
}
