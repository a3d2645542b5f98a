/// Quoting and escaping, which make untrusted text safe to write.
enum QuotedText {
  /// Returns the text without control characters; line feeds and Unicode line and paragraph separators become spaces,
  /// tabs are kept.
  static func printable(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 == Bytes.tab || (0x20..<0x7F).contains($0) }) { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control where scalar == "\t": result.append(scalar)
      case .control where scalar == "\n": result.append(" ")
      case .control: continue
      case .lineSeparator, .paragraphSeparator: result.append(" ")
      default: result.append(scalar)
      }
    }
    return String(result)
  }

  /// Returns the text as a quoted-string. // RFC 5322 §3.2.4
  static func quoted(_ text: String, atMost limit: Int = .max) -> String {
    "\"" + escaped(text, escaping: "\"\\", atMost: limit) + "\""
  }

  /// Returns the text as a comment. Every parenthesis in it is a quoted-pair, so parentheses are always balanced.
  /// // RFC 5322 §3.2.2
  static func comment(_ text: String, atMost limit: Int = .max) -> String {
    "(" + escaped(text, escaping: "()\\", atMost: limit) + ")"
  }

  /// Returns a local part as written before the `@`: unquoted if possible. // RFC 5322 §3.4.1
  static func localPart(_ text: String) -> String {
    ResultsByte.isDotAtom(Array(text.utf8).span) ? text : quoted(text)
  }

  /// - Parameter limit: the maximum length of the result in bytes; longer text is truncated between two characters.
  private static func escaped(_ text: String, escaping special: String, atMost limit: Int) -> String {
    let special = Array(special.unicodeScalars)
    var result = String.UnicodeScalarView()
    var length = 0
    for scalar in printable(text).unicodeScalars {
      let escape = special.contains(scalar)
      length += UTF8.width(scalar) + (escape ? 1 : 0)
      if length > limit { break }
      if escape { result.append("\\") }
      result.append(scalar)
    }
    return String(result)
  }
}
