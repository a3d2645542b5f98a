import DKIMCore
import Testing
import TestSupport

/// Random fields and random bytes. Failure texts include the seed of the run.
@Suite struct AuthenticationResultsPropertyTests {
  @Test func `round trip`() throws {
    let seed = UInt64.random(in: .min ... .max)
    var source = ResultsSource(seed: seed)
    for _ in 0..<2000 {
      let field = source.field()
      // Programs that keep mail with LF line endings change those of the field.
      for lineEnd in ["\r\n", "\n"] {
        let text = field.formatted().replacing("\r\n", with: lineEnd)
        let tolerance: AuthenticationResults.Tolerance = lineEnd == "\n" ? .bareLineFeeds : []
        let read = try? AuthenticationResults(parsing: text, tolerating: tolerance)
        try #require(read == field, "seed \(seed): \(text)")
        // Equal strings may differ in their bytes; equal formatted fields do not.
        let again = read?.formatted().replacing("\r\n", with: lineEnd)
        try #require(again?.utf8.elementsEqual(text.utf8) == true, "seed \(seed): \(text)")
        let tolerant = try? AuthenticationResults(parsing: text, tolerating: .inTheField)
        try #require(tolerant == field, "seed \(seed): \(text)")
      }
    }
  }

  /// Parsing arbitrary input never traps, and its result survives formatting and parsing again.
  @Test func `random bytes`() throws {
    let seed = UInt64.random(in: .min ... .max)
    var source = ResultsSource(seed: seed)
    var read = 0
    for _ in 0..<20_000 {
      let bytes = source.bytes()
      _ = AuthenticationResults.claimedAuthservID(of: bytes.span)
      let strict = try? AuthenticationResults(parsing: bytes.span)
      let tolerant = try? AuthenticationResults(parsing: bytes.span, tolerating: .inTheField)
      if let strict {
        try #require(strict == tolerant, "seed \(seed): \(bytes)")
        // The parsed name is always claimed; a field without a valid name may still claim one.
        let named = AuthenticationResults.normalizedAuthservID(strict.authservID)
        let claim = AuthenticationResults.claimedAuthservID(of: bytes.span)
        try #require(named.isEmpty || claim == named, "seed \(seed): \(bytes)")
      }
      guard let tolerant else { continue }
      read += 1
      let text = tolerant.formatted()
      let again = try? AuthenticationResults(parsing: text)
      try #require(again?.formatted() == text, "seed \(seed): \(bytes)")
    }
    #expect(read > 0, "seed \(seed)")
  }

  /// A comment of 100 kB is accepted, one nested 50,000 deep is rejected at the limit, and neither takes long.
  @Test func `long comments`() throws {
    let long = String(repeating: "a\\)", count: 33_000)
    let field = try AuthenticationResults(parsing: "x (" + long + "); none")
    #expect(field.comments.first?.utf8.count == 66_000)

    let pair = String(repeating: "(", count: 31) + String(repeating: ")", count: 31)
    let nested = try AuthenticationResults(parsing: "x (" + String(repeating: pair, count: 1_600) + "); none")
    #expect(nested.comments.first?.utf8.count == 62 * 1_600)

    let deep = String(repeating: "(", count: 50_000) + String(repeating: ")", count: 50_000)
    #expect(throws: AuthenticationResultsError.self) { try AuthenticationResults(parsing: deep + "x; none") }
    var limits = AuthenticationResults.Limits()
    limits.commentDepth = 50_000
    #expect(try AuthenticationResults(parsing: deep + "x; none", limits: limits).comments[0].utf8.count == 99_998)
  }
}

/// Generates random fields from a seed.
private struct ResultsSource {
  private var numbers: SeededGenerator

  init(seed: UInt64) { numbers = SeededGenerator(seed: seed) }

  private mutating func below(_ limit: Int) -> Int { numbers.below(limit) }

  private static let pieces: [String] = [
    "a", "Z", "9", "-", ".", "@", "\"", "\\", "(", ")", ";", "=", "/", " ", "\t", ",", "<", ":", "[", "?", "\u{fc}",
    "\u{4e2d}", "\u{1F600}", "\u{301}", "\u{200D}", "example", ".com", "\"a b\"@c.example", "none", "reason=", "{", "'",
  ]

  mutating func text() -> String {
    (0..<below(8)).map { _ in Self.pieces[below(Self.pieces.count)] }.joined()
  }

  mutating func keyword() -> AuthenticationKeyword {
    let words = ["dkim", "spf", "none", "reason", "x-1", "d", "i", "1", "header", "pass", "a--b"]
    return AuthenticationKeyword(words[below(words.count)]) ?? .dkim
  }

  mutating func field() -> AuthenticationResults {
    var field = AuthenticationResults(authservID: text(), results: [])
    if below(3) == 0 { field.version = UInt32(below(1000)) }
    field.comments = (0..<below(3)).map { _ in text() }
    field.results = (0..<below(4)).map { _ in
      var result = MethodResult(method: keyword(), result: keyword())
      if below(3) == 0 { result.methodVersion = UInt32(below(1000)) }
      if below(2) == 0 { result.reason = text() }
      result.comments = (0..<below(3)).map { _ in text() }
      result.properties = (0..<below(5)).map { _ in .init(type: keyword(), name: keyword(), value: text()) }
      return result
    }
    return field
  }

  /// Random bytes, a field with changed bytes, or pieces of the grammar in random order.
  mutating func bytes() -> [UInt8] {
    switch below(3) {
    case 0: return (0..<below(64)).map { _ in UInt8.random(in: .min ... .max, using: &numbers) }
    case 1:
      var bytes = Array(field().formatted().utf8)
      for _ in 0..<below(4) where !bytes.isEmpty {
        bytes[below(bytes.count)] = UInt8.random(in: .min ... .max, using: &numbers)
      }
      return bytes
    default:
      let parts = [
        "a", ";", "dkim", "=", "pass", " ", "header", ".", "d", "(", ")", "\"", "\\", "@", "/", "1", "\r\n ", "\n",
        "none",
      ]
      return Array((0..<below(24)).map { _ in parts[below(parts.count)] }.joined().utf8)
    }
  }
}
