internal import DKIMCore

/// Parses a bracket expression such as `[abc]` or `[^a-z[:digit:]]`, after the opening bracket.
/// // IEEE Std 1003.1-2017, XBD 9.3.5
struct BracketParser {
  private let text: [UInt8]
  private let rule: CaseRule
  /// The next position; after parsing, the position after the closing bracket.
  private(set) var next: Int
  private var set = ByteSet()

  init(_ text: [UInt8], _ next: Int, _ rule: CaseRule) {
    self.text = text
    self.next = next
    self.rule = rule
  }

  private enum Element {
    case byte(UInt8)
    case all(ByteSet)
  }

  mutating func parse() throws(PatternError) -> ByteSet {
    let isNegated = next < text.count && text[next] == UInt8(ascii: "^")
    if isNegated { next += 1 }
    var isFirst = true
    while true {
      guard next < text.count else { throw .openBracket }
      if text[next] == UInt8(ascii: "]"), !isFirst { break }
      try range(isFirst)
      isFirst = false
    }
    next += 1
    return isNegated ? set.inverted : set
  }

  /// Parses one element, or two with a hyphen between them.
  private mutating func range(_ isFirst: Bool) throws(PatternError) {
    if text[next] == UInt8(ascii: "-"), !isFirst, !closes(next + 1) { throw .badRange }
    let start = try element()
    guard next < text.count else { throw .openBracket }
    guard text[next] == UInt8(ascii: "-"), !closes(next + 1) else {
      insert(start)
      return
    }
    next += 1
    guard next < text.count else { throw .openBracket }
    guard case .byte(let low) = start, case .byte(let high) = try element() else { throw .badRange }
    let bounds = (rule.folded(low), rule.folded(high))
    guard bounds.0 <= bounds.1 else { throw .badRange }
    for byte in bounds.0...bounds.1 { set.insert(rule.folded(byte)) }
  }

  private func closes(_ index: Int) -> Bool { index < text.count && text[index] == UInt8(ascii: "]") }

  private mutating func insert(_ element: Element) {
    switch element {
    case .byte(let byte): set.insert(rule.folded(byte))
    case .all(let bytes): for byte in UInt8.min...UInt8.max where bytes.contains(byte) { set.insert(byte) }
    }
  }

  private mutating func element() throws(PatternError) -> Element {
    let byte = text[next]
    next += 1
    guard byte == UInt8(ascii: "["), next < text.count else { return .byte(byte) }
    let mark = text[next]
    guard mark == UInt8(ascii: ":") || mark == UInt8(ascii: "=") || mark == UInt8(ascii: ".") else {
      return .byte(byte)
    }
    next += 1
    let name = try symbol(mark)
    if mark == UInt8(ascii: ":") {
      let word = String(decoding: name, as: UTF8.self)
      guard let bytes = ByteClass.named(word, rule) else { throw .unknownClass(word) }
      return .all(bytes)
    }
    guard name.count == 1 else { throw .unsupported("a collating element of more than one byte") }
    // An equivalence class cannot be the end of a range, even if it has only one byte.
    return mark == UInt8(ascii: "=") ? .all(ByteClass.set(rule) { $0 == name[0] }) : .byte(name[0])
  }

  /// Parses the text up to the mark and `]`.
  private mutating func symbol(_ mark: UInt8) throws(PatternError) -> [UInt8] {
    var name: [UInt8] = []
    while next + 1 < text.count {
      if text[next] == mark, text[next + 1] == UInt8(ascii: "]") {
        next += 2
        return name
      }
      name.append(text[next])
      next += 1
    }
    throw .openBracket
  }
}

/// Character classes in the "C" locale.
enum ByteClass {
  static func word(_ rule: CaseRule) -> ByteSet { set(rule) { ASCII.isAlphanumeric($0) || $0 == 0x5F } }

  /// The members of a class such as `[:alpha:]`, by its name; `nil` for unknown names.
  static func named(_ name: String, _ rule: CaseRule) -> ByteSet? {
    switch name {
    case "alpha": set(rule, ASCII.isLetter)
    case "digit": set(rule, ASCII.isDigit)
    case "alnum": set(rule, ASCII.isAlphanumeric)
    case "upper": set(rule) { 65...90 ~= $0 }
    case "lower": set(rule) { 97...122 ~= $0 }
    case "space": set(rule, TextBytes.isBlank)
    case "blank": set(rule) { $0 == 0x20 || $0 == 0x09 }
    case "punct": set(rule) { 0x21...0x7E ~= $0 && !ASCII.isAlphanumeric($0) }
    case "print": set(rule) { 0x20...0x7E ~= $0 }
    case "graph": set(rule) { 0x21...0x7E ~= $0 }
    case "cntrl": set(rule) { $0 < 0x20 || $0 == 0x7F }
    case "xdigit": set(rule) { ASCII.hexValue($0) != nil }
    default: nil
    }
  }

  static func set(_ rule: CaseRule, _ contains: (UInt8) -> Bool) -> ByteSet {
    var set = ByteSet()
    for byte in UInt8.min...UInt8.max where contains(byte) { set.insert(rule.folded(byte)) }
    return set
  }
}
