/// dkim-quoted-printable: `=XX` for characters that are not allowed in a tag; white space is ignored.
/// // RFC 6376 §2.11
enum QuotedPrintable {
  /// Returns the decoded bytes, and the offset of the first `=` that is not followed by two hexadecimal digits in upper
  /// case.
  static func decode(_ text: Span<UInt8>) -> (octets: [UInt8], badAt: Int?) {
    var output: [UInt8] = []
    output.reserveCapacity(text.count)
    var i = 0
    while i < text.count {
      let octet = text[i]
      if octet == UInt8(ascii: "=") {
        guard i + 2 < text.count, let high = hex(text[i + 1]), let low = hex(text[i + 2]) else {
          return (output, i)
        }
        output.append(high << 4 | low)
        i += 3
      } else {
        if !Octets.isFWS(octet) { output.append(octet) }
        i += 1
      }
    }
    return (output, nil)
  }

  /// Encodes everything that is not a `dkim-safe-char`, and every byte in `alsoEncoding`, as `=XX`.
  static func encode(_ octets: [UInt8], alsoEncoding extra: [UInt8] = []) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(octets.count)
    for octet in octets {
      if isSafe(octet), !extra.contains(octet) {
        output.append(octet)
      } else {
        output += [UInt8(ascii: "="), digit(octet >> 4), digit(octet & 15)]
      }
    }
    return output
  }

  /// Returns untrusted text for use in reports: an equals sign that does not start a code is encoded, so that
  /// `dkim=pass` in a tag does not look like a result. Equals signs at the end are kept because base64 has them.
  static func report(_ text: String) -> String {
    let octets = Array(text.utf8)
    guard let end = octets.lastIndex(where: { $0 != UInt8(ascii: "=") }) else { return text }
    var output: [UInt8] = []
    for i in octets.indices {
      output.append(octets[i])
      guard octets[i] == UInt8(ascii: "="), i < end else { continue }
      let isCode = i + 2 < octets.count && hex(octets[i + 1]) != nil && hex(octets[i + 2]) != nil
      if !isCode { output += "3D".utf8 }
    }
    return String(decoding: output, as: UTF8.self)
  }

  /// dkim-safe-char = %x21-3A / %x3C / %x3E-7E
  private static func isSafe(_ octet: UInt8) -> Bool {
    octet > 0x20 && octet < 0x7F && octet != UInt8(ascii: ";") && octet != UInt8(ascii: "=")
  }

  /// Returns the value of an upper-case hexadecimal digit.
  static func hex(_ octet: UInt8) -> UInt8? {
    switch octet {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): octet - 48
    case UInt8(ascii: "A")...UInt8(ascii: "F"): octet - 55
    default: nil
    }
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? value + 48 : value + 55
  }
}
