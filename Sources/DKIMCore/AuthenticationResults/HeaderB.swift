/// The beginnings of `b=` by which `header.b` tells the signatures of a message apart. // RFC 6008 §4
public enum HeaderB {
  /// The fewest characters to report.
  public static let minimumLength = 8

  /// For each text its shortest beginning of at least ``minimumLength`` characters that no other text begins
  /// with. A text that is shorter, or with which another text begins (the same one, say), comes back whole.
  ///
  /// - Parameter signatures: the texts of `b=` without their white space.
  /// - Returns: one beginning for each text, in the same order.
  public static func prefixes(of signatures: [String]) -> [String] {
    let texts = signatures.map { Array($0.utf8) }
    var lengths = [Int](repeating: minimumLength, count: texts.count)
    // In sorted order the neighbours are those that agree longest.
    let order = texts.indices.sorted { texts[$0].lexicographicallyPrecedes(texts[$1]) }
    for (a, b) in zip(order, order.dropFirst()) {
      let length = commonLength(texts[a], texts[b]) + 1
      lengths[a] = max(lengths[a], length)
      lengths[b] = max(lengths[b], length)
    }
    return texts.indices.map { prefix(texts[$0], length: lengths[$0]) }
  }

  private static func commonLength(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var length = 0
    while length < a.count, length < b.count, a[length] == b[length] { length += 1 }
    return length
  }

  /// A malformed signature may carry UTF-8: never cut within a character.
  private static func prefix(_ text: [UInt8], length: Int) -> String {
    var end = min(length, text.count)
    while end < text.count, text[end] & 0xC0 == 0x80 { end += 1 }
    return Octets.lossyString(text.span.extracting(..<end))
  }
}
