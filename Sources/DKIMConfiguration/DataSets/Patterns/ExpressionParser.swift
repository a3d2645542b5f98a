internal import DKIMCore

/// Parses an extended regular expression as the C library does in the "C" locale.
struct ExpressionParser {
  private let text: [UInt8]
  private let rule: CaseRule
  private var next = 0
  private var depth = 0

  /// The limit on nested parentheses; no realistic pattern is deeper.
  private static let maximumDepth = 100
  /// The limit on directly nested repetitions, such as `a**`.
  private static let maximumLayers = 4
  /// The highest `n` in `{n}` that POSIX guarantees. // IEEE Std 1003.1-2017, XBD limits.h, RE_DUP_MAX
  static let maximumRepeat = 255

  private init(_ text: [UInt8], _ rule: CaseRule) {
    self.text = text
    self.rule = rule
  }

  static func parse(_ text: [UInt8], _ rule: CaseRule) throws(PatternError) -> Expression {
    var parser = ExpressionParser(text, rule)
    return try parser.choice()
  }

  private var byte: UInt8? { next < text.count ? text[next] : nil }

  private mutating func choice() throws(PatternError) -> Expression {
    var branches = [try branch()]
    while byte == UInt8(ascii: "|") {
      next += 1
      branches.append(try branch())
    }
    return branches.count == 1 ? branches[0] : .choice(branches)
  }

  private mutating func branch() throws(PatternError) -> Expression {
    var pieces: [Expression] = []
    while let byte, byte != UInt8(ascii: "|"), depth == 0 || byte != UInt8(ascii: ")") {
      pieces.append(try piece(byte))
    }
    return pieces.count == 1 ? pieces[0] : pieces.isEmpty ? .empty : .sequence(pieces)
  }

  private mutating func piece(_ byte: UInt8) throws(PatternError) -> Expression {
    switch byte {
    case UInt8(ascii: "^"), UInt8(ascii: "$"):
      // An anchor cannot be repeated.
      next += 1
      return byte == UInt8(ascii: "^") ? .start : .end
    case UInt8(ascii: "\\") where next + 1 < text.count && (text[next + 1] == 0x60 || text[next + 1] == 0x27):
      next += 2
      return text[next - 1] == 0x60 ? .start : .end
    case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"), UInt8(ascii: "{"):
      throw .nothingToRepeat
    default: break
    }
    var piece = try atom(byte)
    var layers = 0
    while let repetition = try repetition() {
      piece = .repeated(piece, minimum: repetition.minimum, maximum: repetition.maximum)
      // Each layer is a level of recursion for code that walks the expression.
      layers += 1
      guard layers <= Self.maximumLayers else { throw .tooLarge }
    }
    return piece
  }

  private mutating func atom(_ byte: UInt8) throws(PatternError) -> Expression {
    next += 1
    switch byte {
    case UInt8(ascii: "."): return .byte(.all)
    case UInt8(ascii: "("): return try group()
    case UInt8(ascii: "["):
      var bracket = BracketParser(text, next, rule)
      let set = try bracket.parse()
      next = bracket.next
      return .byte(set)
    case UInt8(ascii: "\\"): return try escape()
    default: return .byte(ByteSet(rule.folded(byte)))
    }
  }

  private mutating func group() throws(PatternError) -> Expression {
    depth += 1
    guard depth <= Self.maximumDepth else { throw .tooLarge }
    let inside = try choice()
    guard byte == UInt8(ascii: ")") else { throw .openParenthesis }
    next += 1
    depth -= 1
    return inside
  }

  private mutating func escape() throws(PatternError) -> Expression {
    guard let byte else { throw .backslashAtEnd }
    next += 1
    switch byte {
    case UInt8(ascii: "1")...UInt8(ascii: "9"): throw .unsupported("the back-reference \\\(Unicode.Scalar(byte))")
    case UInt8(ascii: "b"), UInt8(ascii: "B"), UInt8(ascii: "<"), UInt8(ascii: ">"):
      throw .unsupported("\\\(Unicode.Scalar(byte))")
    case UInt8(ascii: "w"): return .byte(ByteClass.word(rule))
    case UInt8(ascii: "W"): return .byte(ByteClass.word(rule).inverted)
    case UInt8(ascii: "s"): return .byte(ByteClass.set(rule, TextBytes.isBlank))
    case UInt8(ascii: "S"): return .byte(ByteClass.set(rule, TextBytes.isBlank).inverted)
    default: return .byte(ByteSet(rule.folded(byte)))
    }
  }

  private mutating func repetition() throws(PatternError) -> (minimum: Int, maximum: Int?)? {
    switch byte {
    case UInt8(ascii: "*"): return repetition(0, nil)
    case UInt8(ascii: "+"): return repetition(1, nil)
    case UInt8(ascii: "?"): return repetition(0, 1)
    case UInt8(ascii: "{"):
      next += 1
      return try interval()
    default: return nil
    }
  }

  private mutating func repetition(_ minimum: Int, _ maximum: Int?) -> (minimum: Int, maximum: Int?) {
    next += 1
    return (minimum, maximum)
  }

  /// Parses `n}`, `n,}`, `n,m}` and, like the C library, `,m}`.
  private mutating func interval() throws(PatternError) -> (minimum: Int, maximum: Int?) {
    let first = try number()
    if byte == UInt8(ascii: "}"), let first { return repetition(first, first) }
    guard byte == UInt8(ascii: ",") else { throw .badInterval }
    next += 1
    let last = try number()
    guard byte == UInt8(ascii: "}"), (last ?? .max) >= (first ?? 0) else { throw .badInterval }
    return repetition(first ?? 0, last)
  }

  private mutating func number() throws(PatternError) -> Int? {
    var value: Int?
    while let byte, ASCII.isDigit(byte) {
      let number = (value ?? 0) * 10 + Int(byte - 48)
      guard number <= Self.maximumRepeat else { throw .badInterval }
      value = number
      next += 1
    }
    return value
  }
}
