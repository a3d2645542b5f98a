/// The grammar of what precedes the `@` of an address. // RFC 5321 §4.1.2, RFC 6531 §3.3
enum LocalPart {
  /// Atoms with dots between them, or nothing. Dots may stand anywhere: some providers gave out such addresses.
  static func isDotString(_ octets: [UInt8]) -> Bool {
    octets.allSatisfy { ResultsOctet.isAtext($0) || $0 == ResultsOctet.dot }
  }

  /// One quoted string from the first octet to the last: quotes within it follow a backslash.
  static func isQuotedString(_ octets: [UInt8]) -> Bool {
    guard octets.count >= 2, octets.first == ResultsOctet.quote, octets.last == ResultsOctet.quote else { return false }
    var isEscaped = false
    for octet in octets.dropFirst().dropLast() {
      if isEscaped {
        isEscaped = false
      } else if octet == ResultsOctet.backslash {
        isEscaped = true
      } else if octet == ResultsOctet.quote {
        return false
      }
    }
    return !isEscaped
  }

  /// The text in dkim-quoted-printable, but for letters and digits of every script and the marks of an atom: nothing in
  /// it then ends a value, looks like another one, or changes the order in which a line is shown.
  static func reportText(_ text: String) -> String {
    var shown = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if isHarmless(scalar) {
        shown.append(scalar)
      } else {
        for octet in QuotedPrintable.encode(Array(String(scalar).utf8), alsoEncoding: Array(String(scalar).utf8)) {
          shown.append(Unicode.Scalar(octet))
        }
      }
    }
    return String(shown)
  }

  private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII {
      let octet = UInt8(truncatingIfNeeded: scalar.value)
      return octet != ResultsOctet.equals && (ResultsOctet.isAtext(octet) || octet == ResultsOctet.dot)
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
