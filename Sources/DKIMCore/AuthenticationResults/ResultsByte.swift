/// The character classes in the grammar of the Authentication-Results field.
enum ResultsByte {
  static let quote = UInt8(ascii: "\"")
  static let backslash = UInt8(ascii: "\\")
  static let open = UInt8(ascii: "(")
  static let close = UInt8(ascii: ")")
  static let semicolon = UInt8(ascii: ";")
  static let equals = UInt8(ascii: "=")
  static let dot = UInt8(ascii: ".")
  static let at = UInt8(ascii: "@")
  static let slash = UInt8(ascii: "/")

  static func isKeyword(_ byte: UInt8) -> Bool { ASCII.isAlphanumeric(byte) || byte == UInt8(ascii: "-") }

  /// VCHAR, and UTF-8 bytes outside ASCII. // RFC 6532 §3.1
  static func isVisible(_ byte: UInt8) -> Bool { byte > 0x20 && byte != 0x7F }

  /// Visible ASCII except the tspecials. // RFC 2045 §5.1
  static func isToken(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "@"),
      UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ":"), UInt8(ascii: "\\"), UInt8(ascii: "\""),
      UInt8(ascii: "/"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "?"), UInt8(ascii: "="):
      false
    default: byte > 0x20 && byte < 0x7F
    }
  }

  /// Visible ASCII except the specials, and UTF-8. // RFC 5322 §3.2.3, RFC 6532 §3.2
  static func isAtext(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "@"),
      UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ":"), UInt8(ascii: "\\"), UInt8(ascii: "\""),
      UInt8(ascii: "."), UInt8(ascii: "["), UInt8(ascii: "]"):
      false
    default: isVisible(byte)
    }
  }

  /// dot-atom-text = 1*atext *("." 1*atext) // RFC 5322 §3.2.3
  static func isDotAtom(_ bytes: Span<UInt8>) -> Bool {
    var previous = dot
    for i in bytes.indices {
      let byte = bytes[i]
      if byte == dot ? previous == dot : !isAtext(byte) { return false }
      previous = byte
    }
    return previous != dot
  }
}
