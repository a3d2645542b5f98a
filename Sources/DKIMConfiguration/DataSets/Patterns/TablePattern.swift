/// A pattern of a `refile:` table: `*` stands for any text, `.` and `+` for themselves, every other character for
/// what it is in an extended regular expression. The whole is put between `^` and `$`.
struct TablePattern: Sendable {
  /// What the text begins with, whatever the rest is; as ``CaseRule`` folds it.
  let prefix: [UInt8]
  /// What it ends with, behind the prefix.
  let suffix: [UInt8]
  let rest: Rest

  enum Rest: Sendable {
    /// The prefix is the whole.
    case nothing
    /// Anything between prefix and suffix.
    case anything
    /// Between prefix and suffix these, in order, with anything around them.
    case pieces([[UInt8]])
    case program(ExpressionProgram)
  }

  init(_ text: ArraySlice<UInt8>, _ rule: CaseRule) throws(PatternError) {
    self =
      try text.contains(where: Self.isSpecial)
      ? TablePattern(expression: ExpressionParser.parse(Self.translated(text), rule)) : TablePattern(stars: text, rule)
  }

  private init(stars text: ArraySlice<UInt8>, _ rule: CaseRule) {
    let pieces = text.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false).map { rule.folded($0) }
    prefix = pieces[0]
    suffix = pieces.count > 1 ? pieces[pieces.count - 1] : []
    let middle = pieces.dropFirst().dropLast().filter { !$0.isEmpty }
    rest = pieces.count == 1 ? .nothing : middle.isEmpty ? .anything : .pieces(middle)
  }

  private init(expression: Expression) throws(PatternError) {
    var parts: [Expression] = if case .sequence(let parts) = expression { parts } else { [expression] }
    // The rows that a text can match at all are found by these two; the program then looks at the whole.
    if parts.count >= 2, parts[0] == .start, parts[parts.count - 1] == .end {
      parts = Array(parts.dropFirst().dropLast())
      prefix = Self.literal(parts)
      suffix = Self.literal(parts.dropFirst(prefix.count).reversed()).reversed()
    } else {
      prefix = []
      suffix = []
    }
    rest = .program(try ExpressionProgram(expression))
  }

  /// Whether the rest fits a text that begins and ends as it has to.
  func fitsRest(_ text: ArraySlice<UInt8>) -> Bool {
    switch rest {
    case .nothing: return text.count == prefix.count
    case .anything: return true
    case .program(let program): return program.isFound(in: text)
    case .pieces(let pieces):
      var left = text.dropFirst(prefix.count).dropLast(suffix.count)
      for piece in pieces {
        guard let found = Self.firstIndex(of: piece, in: left) else { return false }
        left = left[(found + piece.count)...]
      }
      return true
    }
  }

  /// Whether more than the two ends has to be looked at.
  var isCostly: Bool {
    switch rest {
    case .nothing, .anything: false
    case .pieces, .program: true
    }
  }

  /// The octets that the parts begin with, one a part.
  private static func literal(_ parts: some Sequence<Expression>) -> [UInt8] {
    var octets: [UInt8] = []
    for part in parts {
      guard case .octet(let set) = part, let octet = set.only else { break }
      octets.append(octet)
    }
    return octets
  }

  private static func firstIndex(of piece: [UInt8], in text: ArraySlice<UInt8>) -> Int? {
    guard piece.count <= text.count else { return nil }
    return (text.startIndex...text.endIndex - piece.count).first { start in
      piece.indices.allSatisfy { piece[$0] == text[start + $0] }
    }
  }

  private static func isSpecial(_ octet: UInt8) -> Bool {
    switch octet {
    case UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "{"),
      UInt8(ascii: "}"), UInt8(ascii: "?"), UInt8(ascii: "|"), UInt8(ascii: "\\"), UInt8(ascii: "^"),
      UInt8(ascii: "$"):
      true
    default: false
    }
  }

  /// As the expression that it stands for, anchors and all.
  static func translated(_ text: some Sequence<UInt8>) -> [UInt8] {
    var expression = [UInt8(ascii: "^")]
    for octet in text {
      switch octet {
      case UInt8(ascii: "*"): expression.append(UInt8(ascii: "."))
      case UInt8(ascii: "."), UInt8(ascii: "+"): expression.append(UInt8(ascii: "\\"))
      default: break
      }
      expression.append(octet)
    }
    return expression + [UInt8(ascii: "$")]
  }
}
