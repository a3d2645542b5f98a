/// dkim-quoted-printable: `=XX` for characters that are not allowed in a tag; white space is ignored.
/// // RFC 6376 §2.11
enum QuotedPrintable {
  /// Returns the decoded bytes, and the offset of the first `=` that is not followed by two hexadecimal digits in upper
  /// case.
  static func decode(_ text: Span<UInt8>) -> (bytes: [UInt8], badAt: Int?) {
    var output: [UInt8] = []
    output.reserveCapacity(text.count)
    var i = 0
    while i < text.count {
      let byte = text[i]
      if byte == UInt8(ascii: "=") {
        guard i + 2 < text.count, let high = hex(text[i + 1]), let low = hex(text[i + 2]) else {
          return (output, i)
        }
        output.append(high << 4 | low)
        i += 3
      } else {
        if !ASCII.isFWS(byte) { output.append(byte) }
        i += 1
      }
    }
    return (output, nil)
  }

  /// Encodes everything that is not a `dkim-safe-char`, and every byte in `alsoEncoding`, as `=XX`.
  static func encode(_ bytes: [UInt8], alsoEncoding extra: [UInt8] = []) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count)
    for byte in bytes {
      if isSafe(byte), !extra.contains(byte) {
        output.append(byte)
      } else {
        output += [UInt8(ascii: "="), digit(byte >> 4), digit(byte & 15)]
      }
    }
    return output
  }

  /// Returns untrusted text for use in reports: an equals sign that does not start a code is encoded, so that
  /// `dkim=pass` in a tag does not look like a result. Equals signs at the end are kept because base64 has them.
  static func report(_ text: String) -> String {
    let bytes = Array(text.utf8)
    guard let end = bytes.lastIndex(where: { $0 != UInt8(ascii: "=") }) else { return text }
    var output: [UInt8] = []
    for i in bytes.indices {
      output.append(bytes[i])
      guard bytes[i] == UInt8(ascii: "="), i < end else { continue }
      let isCode = i + 2 < bytes.count && hex(bytes[i + 1]) != nil && hex(bytes[i + 2]) != nil
      if !isCode { output += "3D".utf8 }
    }
    return String(decoding: output, as: UTF8.self)
  }

  /// dkim-safe-char = %x21-3A / %x3C / %x3E-7E
  private static func isSafe(_ byte: UInt8) -> Bool {
    byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: ";") && byte != UInt8(ascii: "=")
  }

  /// Returns the value of an upper-case hexadecimal digit.
  static func hex(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - 48
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - 55
    default: nil
    }
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? value + 48 : value + 55
  }
}
