/// Why a text is no pattern.
enum PatternError: Error, Sendable, Hashable {
  /// `[` without `]`
  case openBracket
  /// `(` without `)`
  case openParenthesis
  /// `?` or `{` with nothing before it to repeat
  case nothingToRepeat
  /// What stands in braces is no `{n}`, `{n,}` or `{n,m}`.
  case badInterval
  case badRange
  /// `[:word:]` with a word that is no class.
  case unknownClass(String)
  case backslashAtEnd
  /// What glibc has beyond the standard, and this program has not.
  case unsupported(String)
  /// Written out, the pattern is too large.
  case tooLarge
}

extension PatternError {
  var found: String {
    switch self {
    case .openBracket: "a [ without a ]"
    case .openParenthesis: "a ( without a )"
    case .nothingToRepeat: "a ? or { with nothing before it to repeat"
    case .badInterval: "braces that are not {n}, {n,} or {n,m} with numbers up to 255"
    case .badRange: "a range between [ and ] that is none"
    case .unknownClass(let name): "the unknown class [:\(TextOctets.shown(name)):]"
    case .backslashAtEnd: "a \\ with nothing behind it"
    case .unsupported(let text): "\(text), which is not supported"
    case .tooLarge: "a pattern that is too large when its repetitions are written out"
    }
  }
}
