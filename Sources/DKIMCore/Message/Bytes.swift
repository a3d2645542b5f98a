/// Helpers for bytes that the standard library lacks.
enum Bytes {
  static let tab: UInt8 = 0x09
  static let lf: UInt8 = 0x0A
  static let cr: UInt8 = 0x0D
  static let space: UInt8 = 0x20

  /// Decodes UTF-8; returns `nil` if the bytes are not valid.
  static func string(_ bytes: Span<UInt8>) -> String? {
    unsafe bytes.withUnsafeBufferPointer { unsafe String(validating: $0, as: UTF8.self) }
  }

  /// Decodes UTF-8, replacing invalid bytes with U+FFFD.
  static func lossyString(_ bytes: Span<UInt8>) -> String {
    unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
  }

  static func array(_ bytes: Span<UInt8>) -> [UInt8] {
    unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) }
  }

  static func append(_ bytes: Span<UInt8>, to array: inout [UInt8]) {
    unsafe bytes.withUnsafeBufferPointer { unsafe array.append(contentsOf: $0) }
  }

  /// Returns the offset after a fold (CRLF followed by WSP) that begins at `offset`, or `nil`. // RFC 5322 §3.2.2
  static func fold(_ bytes: Span<UInt8>, at offset: Int) -> Int? {
    guard bytes[offset] == cr, offset + 2 < bytes.count, bytes[offset + 1] == lf, ASCII.isWSP(bytes[offset + 2])
    else { return nil }
    return offset + 3
  }

  static func equal(_ bytes: Span<UInt8>, _ a: Range<Int>, _ b: Range<Int>) -> Bool {
    guard a.count == b.count else { return false }
    for i in 0..<a.count where bytes[a.lowerBound + i] != bytes[b.lowerBound + i] { return false }
    return true
  }

  /// Returns true if the bytes are the ASCII word, ignoring letter case. The word must be in lower case.
  static func equal(_ bytes: Span<UInt8>, ignoringCase word: StaticString) -> Bool {
    guard bytes.count == word.utf8CodeUnitCount else { return false }
    // The bytes of a static string live as long as the program; the count was compared above.
    let expected = unsafe word.utf8Start
    for i in bytes.indices {
      let wanted = unsafe expected[i]
      if ASCII.lowercased(bytes[i]) != wanted { return false }
    }
    return true
  }
}
