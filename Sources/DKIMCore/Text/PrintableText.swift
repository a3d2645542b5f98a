/// Conversion of untrusted text to text that can be shown on one line of a log, a terminal or a message.
package enum PrintableText {
  /// True for control characters, and for everything that ends a line.
  package static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }

  /// True for control characters, and for invisible characters, such as those that change the direction of writing.
  package static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    isControl(scalar) || scalar.properties.generalCategory == .format
  }

  package static func hasControl(_ text: String) -> Bool { text.unicodeScalars.contains(where: isControl) }

  /// Returns the text on one line: tabs and ends of lines become spaces, all other unsafe characters U+FFFD.
  /// - Parameter limit: the maximum length of the text in bytes; the rest is cut off.
  package static func line(_ text: String, atMost limit: Int = .max) -> String {
    if text.utf8.count <= limit, isPlain(text) { return text }
    var shown = String.UnicodeScalarView()
    var length = 0
    for scalar in text.unicodeScalars {
      length += UTF8.width(scalar)
      if length > limit { break }
      shown.append(visible(scalar))
    }
    return String(shown)
  }

  /// Returns the beginning of the text on one line, followed by an ellipsis if it has more characters than `limit`.
  package static func beginning(of text: String, characters limit: Int = 80) -> String {
    if text.utf8.count <= limit, isPlain(text) { return text }
    let scalars = text.unicodeScalars
    let shown = String(String.UnicodeScalarView(scalars.prefix(limit).map(visible)))
    return scalars.dropFirst(limit).isEmpty ? shown : shown + "…"
  }

  /// Returns the beginning of the text in quotation marks.
  package static func quoted(_ text: String) -> String { "\"" + beginning(of: text) + "\"" }

  /// Returns the text with `\u{...}` in place of unsafe characters, so that nothing is lost.
  package static func escaped(_ text: String) -> String {
    guard !isPlain(text), text.unicodeScalars.contains(where: isUnsafe) else { return text }
    return text.unicodeScalars.reduce(into: "") { result, scalar in
      result += isUnsafe(scalar) ? "\\u{" + String(scalar.value, radix: 16) + "}" : String(scalar)
    }
  }

  /// Returns a byte for display: the quoted character if it is visible, otherwise its number.
  package static func byte(_ byte: UInt8) -> String {
    0x21...0x7E ~= byte ? "\"\(Unicode.Scalar(byte))\"" : "byte 0x" + ASCII.hexDigits(byte)
  }

  private static func isPlain(_ text: String) -> Bool { text.utf8.allSatisfy { 0x20...0x7E ~= $0 } }

  private static func visible(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar {
    case "\t", "\n", "\r", "\u{2028}", "\u{2029}": " "
    default: isUnsafe(scalar) ? "\u{FFFD}" : scalar
    }
  }
}
