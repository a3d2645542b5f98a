internal import DKIMCore

/// Functions for the bytes of text that administrators write.
package enum TextBytes {
  /// True for ASCII white space.
  @inline(__always)
  static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }

  /// Converts ASCII letters to lower case; all other characters stay unchanged.
  package static func folded(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 &- 65 < 26 }) else { return text }
    return String(decoding: text.utf8.map(ASCII.lowercased), as: UTF8.self)
  }

  static func contains(_ text: some StringProtocol, _ byte: Unicode.Scalar) -> Bool {
    text.utf8.contains(UInt8(ascii: byte))
  }

  /// Replaces each `%` with `other`.
  static func replacingPercent(_ text: String, with other: String) -> String {
    guard contains(text, "%") else { return text }
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      if byte == UInt8(ascii: "%") { bytes += other.utf8 } else { bytes.append(byte) }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Returns the suffixes that start at each dot of a text, longest first.
  static func fromDots(_ text: String) -> [String] {
    text.utf8.indices.filter { text.utf8[$0] == UInt8(ascii: ".") }.map { String(text[$0...]) }
  }

  static func equalIgnoringCase(_ a: String, _ b: String) -> Bool {
    a.utf8.elementsEqual(b.utf8) { ASCII.lowercased($0) == ASCII.lowercased($1) }
  }

  /// Removes a pair of delimiters, such as brackets or braces, if the text starts and ends with them.
  package static func unwrapped(_ text: String, _ first: Unicode.Scalar, _ last: Unicode.Scalar) -> String {
    let scalars = text.unicodeScalars
    guard scalars.count >= 2, scalars.first == first, scalars.last == last else { return text }
    return String(scalars.dropFirst().dropLast())
  }

  /// Removes white space at both ends of a range.
  static func trimmed(_ bytes: [UInt8], _ range: Range<Int>) -> Range<Int> {
    var range = range
    while !range.isEmpty, isBlank(bytes[range.lowerBound]) { range = range.lowerBound + 1..<range.upperBound }
    while !range.isEmpty, isBlank(bytes[range.upperBound - 1]) { range = range.lowerBound..<range.upperBound - 1 }
    return range
  }
}
