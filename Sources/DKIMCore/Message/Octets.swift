/// Helpers for bytes that the standard library lacks.
enum Octets {
  static let tab: UInt8 = 0x09
  static let lf: UInt8 = 0x0A
  static let cr: UInt8 = 0x0D
  static let space: UInt8 = 0x20

  /// WSP of the mail grammars: space or tab, nothing else. // RFC 6376 §2.8
  @inline(__always)
  static func isWSP(_ octet: UInt8) -> Bool { octet == space || octet == tab }

  /// WSP, CR or LF: the characters of folding white space.
  @inline(__always)
  static func isFWS(_ octet: UInt8) -> Bool { octet == space || octet == tab || octet == cr || octet == lf }

  /// Returns ASCII letters in lower case and all other bytes unchanged.
  @inline(__always)
  static func lowercased(_ octet: UInt8) -> UInt8 {
    octet &- 65 < 26 ? octet | 0x20 : octet
  }

  /// Decodes UTF-8; returns `nil` if the bytes are not valid.
  static func string(_ octets: Span<UInt8>) -> String? {
    unsafe octets.withUnsafeBufferPointer { unsafe String(validating: $0, as: UTF8.self) }
  }

  /// Decodes UTF-8, replacing invalid bytes with U+FFFD.
  static func lossyString(_ octets: Span<UInt8>) -> String {
    unsafe octets.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
  }

  /// Returns the text for display on one line: tabs and line breaks become spaces, all other control characters U+FFFD.
  static func printable(_ text: String) -> String {
    if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text }
    var shown = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control: shown.append(scalar.value < 0x80 && isFWS(UInt8(scalar.value)) ? " " : "\u{FFFD}")
      case .lineSeparator, .paragraphSeparator: shown.append(" ")
      default: shown.append(scalar)
      }
    }
    return String(shown)
  }

  /// Returns true if ``printable(_:)`` would not change the text.
  static func isPrintable(_ text: String) -> Bool {
    printable(text).utf8.elementsEqual(text.utf8)
  }

  static func array(_ octets: Span<UInt8>) -> [UInt8] {
    unsafe octets.withUnsafeBufferPointer { unsafe Array($0) }
  }

  static func append(_ octets: Span<UInt8>, to array: inout [UInt8]) {
    unsafe octets.withUnsafeBufferPointer { unsafe array.append(contentsOf: $0) }
  }

  /// Returns a byte for display: the quoted character if it is visible, otherwise its number.
  static func printable(_ octet: UInt8) -> String {
    octet > 0x20 && octet < 0x7F
      ? "\"\(Unicode.Scalar(octet))\"" : "byte 0x" + (octet < 16 ? "0" : "") + String(octet, radix: 16)
  }

  /// Returns the offset after a fold (CRLF followed by WSP) that begins at `offset`, or `nil`. // RFC 5322 §3.2.2
  static func fold(_ octets: Span<UInt8>, at offset: Int) -> Int? {
    guard octets[offset] == cr, offset + 2 < octets.count, octets[offset + 1] == lf, isWSP(octets[offset + 2])
    else { return nil }
    return offset + 3
  }

  static func equal(_ octets: Span<UInt8>, _ a: Range<Int>, _ b: Range<Int>) -> Bool {
    guard a.count == b.count else { return false }
    for i in 0..<a.count where octets[a.lowerBound + i] != octets[b.lowerBound + i] { return false }
    return true
  }

  /// Returns true if the bytes are the ASCII word, ignoring letter case. The word must be in lower case.
  static func equal(_ octets: Span<UInt8>, ignoringCase word: StaticString) -> Bool {
    guard octets.count == word.utf8CodeUnitCount else { return false }
    // The bytes of a static string live as long as the program; the count was compared above.
    let expected = unsafe word.utf8Start
    for i in octets.indices {
      let wanted = unsafe expected[i]
      if lowercased(octets[i]) != wanted { return false }
    }
    return true
  }
}
