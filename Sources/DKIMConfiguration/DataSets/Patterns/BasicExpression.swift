/// Parses basic regular expressions as the C library does in the "C" locale, by translation to extended ones.
///
/// As in the C library, `\+`, `\?` and `\|` are operators, and `*` is an ordinary character at the start of an
/// expression, a group or a branch. // IEEE Std 1003.1-2017, XBD 9.3
struct BasicExpression {
  /// What precedes the next character.
  private enum Context {
    /// The start of an expression, a group or a branch, where `^` is an anchor.
    case start
    /// An anchor; like the start, it cannot be repeated.
    case anchor
    case atom
    case repetition
  }

  private let text: [UInt8]
  private var next = 0
  private var extended: [UInt8] = []
  private var depth = 0
  private var context = Context.start
  private var isInInterval = false

  static func parse(_ text: [UInt8]) throws(PatternError) -> Expression {
    var translator = BasicExpression(text: text)
    while translator.next < text.count { try translator.translate() }
    return try ExpressionParser.parse(translator.extended, CaseRule(isSensitive: true))
  }

  private init(text: [UInt8]) { self.text = text }

  private mutating func translate() throws(PatternError) {
    let byte = text[next]
    next += 1
    switch byte {
    case UInt8(ascii: "\\"): try escape()
    case UInt8(ascii: "["):
      // A bracket expression has the same form in both kinds of expressions.
      var bracket = BracketParser(text, next, CaseRule(isSensitive: true))
      _ = try bracket.parse()
      extended += text[(next - 1)..<bracket.next]
      next = bracket.next
      context = .atom
    case UInt8(ascii: "*"):
      if context == .repetition { throw .unsupported("two repetitions in a row") }
      repetition(byte)
    case UInt8(ascii: "^"): append(byte, isLiteral: context != .start, then: context == .start ? .anchor : .atom)
    case UInt8(ascii: "$"): append(byte, isLiteral: !isAtEnd, then: isAtEnd ? .anchor : .atom)
    case UInt8(ascii: "+"), UInt8(ascii: "?"), UInt8(ascii: "|"), UInt8(ascii: "("), UInt8(ascii: ")"),
      UInt8(ascii: "{"), UInt8(ascii: "}"):
      append(byte, isLiteral: true, then: .atom)
    default: append(byte, isLiteral: false, then: .atom)
    }
  }

  /// Translates what follows a backslash.
  private mutating func escape() throws(PatternError) {
    guard next < text.count else { throw .backslashAtEnd }
    let byte = text[next]
    next += 1
    switch byte {
    case UInt8(ascii: "("):
      depth += 1
      append(byte, isLiteral: false, then: .start)
    case UInt8(ascii: ")"):
      guard depth > 0 else { throw .closeParenthesis }
      depth -= 1
      append(byte, isLiteral: false, then: .atom)
    case UInt8(ascii: "|"): append(byte, isLiteral: false, then: .start)
    case UInt8(ascii: "{"):
      if context == .start || context == .anchor { throw .nothingToRepeat }
      if context == .repetition { throw .unsupported("two repetitions in a row") }
      isInInterval = true
      append(byte, isLiteral: false, then: .atom)
    case UInt8(ascii: "}"):
      append(byte, isLiteral: !isInInterval, then: isInInterval ? .repetition : .atom)
      isInInterval = false
    case UInt8(ascii: "+"), UInt8(ascii: "?"): repetition(byte)
    case UInt8(ascii: "`"), UInt8(ascii: "'"): append(byte, isLiteral: true, then: .anchor)
    default: append(byte, isLiteral: true, then: .atom)
    }
  }

  /// Appends an operator, or the character itself if there is nothing to repeat.
  private mutating func repetition(_ byte: UInt8) {
    let isLiteral = context == .start || context == .anchor
    append(byte, isLiteral: isLiteral, then: isLiteral ? .atom : .repetition)
  }

  /// True if a `$` before the next position is an anchor.
  private var isAtEnd: Bool {
    guard next < text.count else { return true }
    guard text[next] == UInt8(ascii: "\\"), next + 1 < text.count else { return false }
    return text[next + 1] == UInt8(ascii: ")") || text[next + 1] == UInt8(ascii: "|")
  }

  private mutating func append(_ byte: UInt8, isLiteral: Bool, then context: Context) {
    if isLiteral { extended.append(UInt8(ascii: "\\")) }
    extended.append(byte)
    self.context = context
  }
}
