/// A pattern of a `refile:` table.
///
/// `*` matches any text; `.` and `+` match only themselves; other characters have the same meaning as in an extended
/// regular expression. The pattern is put between `^` and `$`.
struct TablePattern: Sendable {
  /// The literal start of every text that matches, as ``CaseRule`` folds it.
  let prefix: [UInt8]
  /// The literal end of every text that matches; it does not overlap the prefix.
  let suffix: [UInt8]
  let rest: Rest

  /// What must match between prefix and suffix.
  enum Rest: Sendable {
    /// The prefix is the whole pattern.
    case nothing
    /// Any text between prefix and suffix.
    case anything
    /// These pieces between prefix and suffix, in order, with any text around them.
    case pieces([[UInt8]])
    /// A regular expression for the whole text.
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
    // Prefix and suffix are only for the index; the program then checks the whole text.
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

  /// Returns whether a text that has the prefix and the suffix matches the whole pattern.
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

  /// True if a match needs more than a comparison of prefix and suffix.
  var isCostly: Bool {
    switch rest {
    case .nothing, .anything: false
    case .pieces, .program: true
    }
  }

  /// The literal bytes at the start of the parts.
  private static func literal(_ parts: some Sequence<Expression>) -> [UInt8] {
    var bytes: [UInt8] = []
    for part in parts {
      guard case .byte(let set) = part, let byte = set.only else { break }
      bytes.append(byte)
    }
    return bytes
  }

  private static func firstIndex(of piece: [UInt8], in text: ArraySlice<UInt8>) -> Int? {
    guard piece.count <= text.count else { return nil }
    return (text.startIndex...text.endIndex - piece.count).first { start in
      piece.indices.allSatisfy { piece[$0] == text[start + $0] }
    }
  }

  private static func isSpecial(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "{"),
      UInt8(ascii: "}"), UInt8(ascii: "?"), UInt8(ascii: "|"), UInt8(ascii: "\\"), UInt8(ascii: "^"),
      UInt8(ascii: "$"):
      true
    default: false
    }
  }

  /// Translates a pattern to the equivalent regular expression, with anchors.
  static func translated(_ text: some Sequence<UInt8>) -> [UInt8] {
    var expression = [UInt8(ascii: "^")]
    for byte in text {
      switch byte {
      case UInt8(ascii: "*"): expression.append(UInt8(ascii: "."))
      case UInt8(ascii: "."), UInt8(ascii: "+"): expression.append(UInt8(ascii: "\\"))
      default: break
      }
      expression.append(byte)
    }
    return expression + [UInt8(ascii: "$")]
  }
}
