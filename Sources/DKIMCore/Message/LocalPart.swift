/// The grammar of the local part of an address. // RFC 5321 §4.1.2, RFC 6531 §3.3
enum LocalPart {
  /// Returns true for atoms separated by dots, or empty text. Dots are accepted anywhere, because some providers
  /// assigned such addresses.
  static func isDotString(_ bytes: [UInt8]) -> Bool {
    bytes.allSatisfy { ResultsByte.isAtext($0) || $0 == ResultsByte.dot }
  }

  /// Returns true for a single quoted string; quotes inside must be escaped with a backslash.
  static func isQuotedString(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= 2, bytes.first == ResultsByte.quote, bytes.last == ResultsByte.quote else { return false }
    var isEscaped = false
    for byte in bytes.dropFirst().dropLast() {
      if isEscaped {
        isEscaped = false
      } else if byte == ResultsByte.backslash {
        isEscaped = true
      } else if byte == ResultsByte.quote {
        return false
      }
    }
    return !isEscaped
  }

  /// Encodes text in dkim-quoted-printable, except letters and digits of all scripts and the ASCII characters of an
  /// atom. The result contains nothing that ends a value, looks like another value, or changes the order in which a
  /// line is displayed.
  static func reportText(_ text: String) -> String {
    var shown = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if isHarmless(scalar) {
        shown.append(scalar)
      } else {
        for byte in QuotedPrintable.encode(Array(String(scalar).utf8), alsoEncoding: Array(String(scalar).utf8)) {
          shown.append(Unicode.Scalar(byte))
        }
      }
    }
    return String(shown)
  }

  static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII {
      let byte = UInt8(truncatingIfNeeded: scalar.value)
      return byte != ResultsByte.equals && (ResultsByte.isAtext(byte) || byte == ResultsByte.dot)
    }
    guard !scalar.properties.isDefaultIgnorableCodePoint else { return false }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
      .spacingMark, .decimalNumber:
      return true
    default: return false
    }
  }
}
