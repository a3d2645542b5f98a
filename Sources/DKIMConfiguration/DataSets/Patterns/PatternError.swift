internal import DKIMCore

/// The reason why a text is not a valid pattern.
enum PatternError: Error, Sendable, Hashable {
  /// `[` without `]`
  case openBracket
  /// `(` without `)`
  case openParenthesis
  /// `\)` without `\(`, in a basic expression
  case closeParenthesis
  /// `?` or `{` with nothing before it to repeat
  case nothingToRepeat
  /// Braces that are not `{n}`, `{n,}` or `{n,m}`.
  case badInterval
  case badRange
  /// `[:name:]` with an unknown name.
  case unknownClass(String)
  case backslashAtEnd
  /// Syntax that glibc adds to POSIX regular expressions and that is not supported here.
  case unsupported(String)
  /// The pattern is nested too deeply, or too large when its repetitions are expanded.
  case tooLarge
}

extension PatternError {
  /// The error, as a phrase after "the pattern has".
  var found: String {
    switch self {
    case .closeParenthesis: "a \\) without a \\("
    case .openBracket: "a [ without a ]"
    case .openParenthesis: "a ( without a )"
    case .nothingToRepeat: "a ? or { with nothing before it to repeat"
    case .badInterval: "braces that are not {n}, {n,} or {n,m} with numbers up to 255"
    case .badRange: "an invalid range between [ and ]"
    case .unknownClass(let name): "the unknown class [:\(PrintableText.beginning(of: name)):]"
    case .backslashAtEnd: "a \\ at its end"
    case .unsupported(let text): "\(text), which is not supported"
    case .tooLarge: "too many repetitions or parentheses: it is too large when expanded"
    }
  }
}
