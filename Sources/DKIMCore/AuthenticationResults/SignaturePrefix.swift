/// The prefixes of `b=` with which `header.b` distinguishes the signatures of a message. // RFC 6008 §4
package enum SignaturePrefix {
  /// The minimum number of characters to report.
  package static let minimumLength = 8

  /// Returns for each text the shortest prefix of at least ``minimumLength`` characters that is not a prefix of any
  /// other text. A text that is shorter, or that is itself a prefix of another text (or equal to it), is returned
  /// whole.
  ///
  /// - Parameter signatures: the values of `b=` without white space.
  /// - Returns: one prefix for each text, in the same order.
  package static func prefixes(of signatures: [String]) -> [String] {
    let texts = signatures.map { Array($0.utf8) }
    var lengths = [Int](repeating: minimumLength, count: texts.count)
    // In sorted order, the texts with the longest common prefix are neighbors.
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

  /// Returns a prefix that does not split a character: a malformed signature may contain UTF-8.
  private static func prefix(_ text: [UInt8], length: Int) -> String {
    var end = min(length, text.count)
    while end < text.count, text[end] & 0xC0 == 0x80 { end += 1 }
    return Bytes.lossyString(text.span.extracting(..<end))
  }
}
