/// The character classes of the field's grammar.
enum ResultsOctet {
  static let quote = UInt8(ascii: "\"")
  static let backslash = UInt8(ascii: "\\")
  static let open = UInt8(ascii: "(")
  static let close = UInt8(ascii: ")")
  static let semicolon = UInt8(ascii: ";")
  static let equals = UInt8(ascii: "=")
  static let dot = UInt8(ascii: ".")
  static let at = UInt8(ascii: "@")
  static let slash = UInt8(ascii: "/")

  static func isDigit(_ octet: UInt8) -> Bool { octet &- 0x30 < 10 }
  static func isAlphanumeric(_ octet: UInt8) -> Bool { isDigit(octet) || Octets.lowercased(octet) &- 0x61 < 26 }
  static func isKeyword(_ octet: UInt8) -> Bool { isAlphanumeric(octet) || octet == UInt8(ascii: "-") }

  /// VCHAR, and UTF-8 bytes outside ASCII. // RFC 6532 §3.1
  static func isVisible(_ octet: UInt8) -> Bool { octet > 0x20 && octet != 0x7F }

  /// Visible ASCII except the tspecials. // RFC 2045 §5.1
  static func isToken(_ octet: UInt8) -> Bool {
    switch octet {
    case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "@"),
      UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ":"), UInt8(ascii: "\\"), UInt8(ascii: "\""),
      UInt8(ascii: "/"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "?"), UInt8(ascii: "="):
      false
    default: octet > 0x20 && octet < 0x7F
    }
  }

  /// Visible ASCII except the specials, and UTF-8. // RFC 5322 §3.2.3, RFC 6532 §3.2
  static func isAtext(_ octet: UInt8) -> Bool {
    switch octet {
    case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "@"),
      UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ":"), UInt8(ascii: "\\"), UInt8(ascii: "\""),
      UInt8(ascii: "."), UInt8(ascii: "["), UInt8(ascii: "]"):
      false
    default: isVisible(octet)
    }
  }

  /// dot-atom-text = 1*atext *("." 1*atext) // RFC 5322 §3.2.3
  static func isDotAtom(_ octets: Span<UInt8>) -> Bool {
    var previous = dot
    for i in octets.indices {
      let octet = octets[i]
      if octet == dot ? previous == dot : !isAtext(octet) { return false }
      previous = octet
    }
    return previous != dot
  }
}
