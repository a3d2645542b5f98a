/// Parses a bracket expression such as `[abc]` or `[^a-z[:digit:]]`, after the opening bracket.
/// // IEEE Std 1003.1-2017, XBD 9.3.5
struct BracketParser {
  private let text: [UInt8]
  private let rule: CaseRule
  /// The next position; after parsing, the position after the closing bracket.
  private(set) var next: Int
  private var set = OctetSet()

  init(_ text: [UInt8], _ next: Int, _ rule: CaseRule) {
    self.text = text
    self.next = next
    self.rule = rule
  }

  private enum Element {
    case octet(UInt8)
    case all(OctetSet)
  }

  mutating func parse() throws(PatternError) -> OctetSet {
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
    guard case .octet(let low) = start, case .octet(let high) = try element() else { throw .badRange }
    let bounds = (rule.folded(low), rule.folded(high))
    guard bounds.0 <= bounds.1 else { throw .badRange }
    for octet in bounds.0...bounds.1 { set.insert(rule.folded(octet)) }
  }

  private func closes(_ index: Int) -> Bool { index < text.count && text[index] == UInt8(ascii: "]") }

  private mutating func insert(_ element: Element) {
    switch element {
    case .octet(let octet): set.insert(rule.folded(octet))
    case .all(let octets): for octet in UInt8.min...UInt8.max where octets.contains(octet) { set.insert(octet) }
    }
  }

  private mutating func element() throws(PatternError) -> Element {
    let octet = text[next]
    next += 1
    guard octet == UInt8(ascii: "["), next < text.count else { return .octet(octet) }
    let mark = text[next]
    guard mark == UInt8(ascii: ":") || mark == UInt8(ascii: "=") || mark == UInt8(ascii: ".") else {
      return .octet(octet)
    }
    next += 1
    let name = try symbol(mark)
    if mark == UInt8(ascii: ":") {
      let word = String(decoding: name, as: UTF8.self)
      guard let octets = OctetClass.named(word, rule) else { throw .unknownClass(word) }
      return .all(octets)
    }
    guard name.count == 1 else { throw .unsupported("a collating element of more than one byte") }
    // An equivalence class cannot be the end of a range, even if it has only one byte.
    return mark == UInt8(ascii: "=") ? .all(OctetClass.set(rule) { $0 == name[0] }) : .octet(name[0])
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
enum OctetClass {
  static func word(_ rule: CaseRule) -> OctetSet { set(rule) { isAlpha($0) || isDigit($0) || $0 == 0x5F } }

  /// The members of a class such as `[:alpha:]`, by its name; `nil` for unknown names.
  static func named(_ name: String, _ rule: CaseRule) -> OctetSet? {
    switch name {
    case "alpha": set(rule, isAlpha)
    case "digit": set(rule, isDigit)
    case "alnum": set(rule) { isAlpha($0) || isDigit($0) }
    case "upper": set(rule) { 65...90 ~= $0 }
    case "lower": set(rule) { 97...122 ~= $0 }
    case "space": set(rule, TextOctets.isBlank)
    case "blank": set(rule) { $0 == 0x20 || $0 == 0x09 }
    case "punct": set(rule) { 0x21...0x7E ~= $0 && !isAlpha($0) && !isDigit($0) }
    case "print": set(rule) { 0x20...0x7E ~= $0 }
    case "graph": set(rule) { 0x21...0x7E ~= $0 }
    case "cntrl": set(rule) { $0 < 0x20 || $0 == 0x7F }
    case "xdigit": set(rule) { isDigit($0) || 97...102 ~= $0 | 0x20 }
    default: nil
    }
  }

  static func set(_ rule: CaseRule, _ contains: (UInt8) -> Bool) -> OctetSet {
    var set = OctetSet()
    for octet in UInt8.min...UInt8.max where contains(octet) { set.insert(rule.folded(octet)) }
    return set
  }

  private static func isAlpha(_ octet: UInt8) -> Bool { 97...122 ~= octet | 0x20 }
  private static func isDigit(_ octet: UInt8) -> Bool { 48...57 ~= octet }
}
