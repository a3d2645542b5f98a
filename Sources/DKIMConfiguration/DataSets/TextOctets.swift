/// Octets of texts that administrators write.
enum TextOctets {
  /// ASCII white space.
  @inline(__always)
  static func isBlank(_ octet: UInt8) -> Bool { octet == 0x20 || (octet >= 0x09 && octet <= 0x0D) }

  /// ASCII lower case; every other octet as it is.
  @inline(__always)
  static func folded(_ octet: UInt8) -> UInt8 { octet &- 65 < 26 ? octet | 0x20 : octet }

  static func folded(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 &- 65 < 26 }) else { return text }
    return String(decoding: text.utf8.map { folded($0) }, as: UTF8.self)
  }

  static func equalIgnoringCase(_ a: String, _ b: String) -> Bool {
    a.utf8.elementsEqual(b.utf8) { folded($0) == folded($1) }
  }

  /// Without white space at both ends.
  static func trimmed(_ octets: [UInt8], _ range: Range<Int>) -> Range<Int> {
    var range = range
    while !range.isEmpty, isBlank(octets[range.lowerBound]) { range = range.lowerBound + 1..<range.upperBound }
    while !range.isEmpty, isBlank(octets[range.upperBound - 1]) { range = range.lowerBound..<range.upperBound - 1 }
    return range
  }

  /// A text of a file on one line of a message: no control characters, no more than `limit` characters.
  static func shown(_ text: String, limit: Int = 80) -> String {
    let line = String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit).map(visible)))
    return text.unicodeScalars.count > limit ? line + "…" : line
  }

  private static func visible(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: scalar == "\t" ? " " : "\u{FFFD}"
    default: scalar
    }
  }
}
