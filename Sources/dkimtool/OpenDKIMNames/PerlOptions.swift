/// Reads a command line as Perl's Getopt::Long does with bundling: short options in bundles, long options that may
/// be shortened or negated, operands anywhere.
struct PerlOptions {
  enum Kind {
    case flag
    /// A flag that is turned off with `--no` before its name.
    case switchable
    /// Counts how often it is given.
    case counter
    case string
    case integer

    var takesValue: Bool { self == .string || self == .integer }
  }

  enum Value: Equatable {
    case on(Bool)
    case text(String)
    case number(Int)
  }

  /// An option that was given, by its first name.
  struct Given {
    let option: String
    let value: Value
  }

  private struct Target: Hashable {
    let option: String
    let isNegated: Bool
  }

  private(set) var given: [Given] = []
  /// Errors of the command line, in the words of Getopt::Long.
  private(set) var errors: [String] = []

  private let kinds: [String: Kind]
  private let targets: [String: Target]
  private var words: ArraySlice<String>

  /// - Parameter options: all names of each option, and its kind.
  init(_ arguments: [String], options: [(names: [String], kind: Kind)]) {
    var kinds: [String: Kind] = [:]
    var targets: [String: Target] = [:]
    for (names, kind) in options {
      kinds[names[0]] = kind
      for name in names {
        targets[name] = Target(option: names[0], isNegated: false)
        guard kind == .switchable else { continue }
        for negation in ["no", "no-"] { targets[negation + name] = Target(option: names[0], isNegated: true) }
      }
    }
    self.kinds = kinds
    self.targets = targets
    words = arguments[...]
    while let word = words.popFirst(), word != "--" { read(word) }
  }

  private mutating func read(_ word: String) {
    if word.hasPrefix("--") {
      long(word.dropFirst(2))
    } else if word.hasPrefix("-"), word != "-" {
      bundle(word.dropFirst())
    }
  }

  // MARK: Short options

  private mutating func bundle(_ word: Substring) {
    var rest = word
    while let letter = rest.popFirst() {
      guard let target = targets[String(letter)], let kind = kinds[target.option] else {
        errors.append("Unknown option: \(letter)")
        continue
      }
      guard kind.takesValue else {
        set(target)
        continue
      }
      rest = kind == .string ? string(target, letter, rest) : integer(target, letter, rest)
    }
  }

  /// - Returns: the rest of the bundle.
  private mutating func string(_ target: Target, _ letter: Character, _ rest: Substring) -> Substring {
    guard let text = rest.isEmpty ? words.popFirst() : String(rest) else {
      errors.append("Option \(letter) requires an argument")
      return ""
    }
    given.append(Given(option: target.option, value: .text(text)))
    return ""
  }

  /// - Returns: the rest of the bundle.
  private mutating func integer(_ target: Target, _ letter: Character, _ rest: Substring) -> Substring {
    guard rest.isEmpty else {
      let digits = Self.leadingInteger(rest)
      guard !digits.isEmpty else {
        invalid(String(rest), String(letter))
        return rest
      }
      add(digits, target)
      return rest.dropFirst(digits.count)
    }
    guard let word = words.popFirst() else {
      errors.append("Option \(letter) requires an argument")
      return ""
    }
    number(word, target, named: String(letter))
    return ""
  }

  // MARK: Long options

  private mutating func long(_ word: Substring) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let typed = String(parts[0])
    let value = parts.count == 2 ? String(parts[1]) : nil
    guard let name = resolved(typed), let target = targets[name], let kind = kinds[target.option] else { return }
    guard kind.takesValue, !target.isNegated else {
      guard value == nil else { return errors.append("Option \(name) does not take an argument") }
      return set(target)
    }
    guard let text = value ?? words.popFirst(), value != "" else {
      return errors.append("Option \(name) requires an argument")
    }
    if kind == .string {
      given.append(Given(option: target.option, value: .text(text)))
    } else {
      number(text, target, named: name)
    }
  }

  /// Returns the full name of a long option, which may be abbreviated. Uppercase is read as lowercase, also for an
  /// option with one letter.
  private mutating func resolved(_ typed: String) -> String? {
    let folded = typed.lowercased()
    if targets[folded] != nil { return folded }
    let names = targets.keys.filter { $0.hasPrefix(folded) }.sorted()
    guard let first = names.first else {
      errors.append("Unknown option: \(folded)")
      return nil
    }
    guard Set(names.compactMap { targets[$0] }).count == 1 else {
      errors.append("Option \(folded) is ambiguous (\(names.joined(separator: ", ")))")
      return nil
    }
    return first
  }

  // MARK: Values

  private mutating func set(_ target: Target) {
    given.append(Given(option: target.option, value: .on(!target.isNegated)))
  }

  private mutating func number(_ text: String, _ target: Target, named name: String) {
    let digits = Self.leadingInteger(text[...])
    guard !digits.isEmpty, digits.count == text.count else { return invalid(text, name) }
    add(digits, target)
  }

  private mutating func add(_ digits: Substring, _ target: Target) {
    let text = digits.filter { $0 != "_" }
    // A number outside the range of Int exceeds any limit.
    given.append(Given(option: target.option, value: .number(Int(text) ?? (text.hasPrefix("-") ? .min : .max))))
  }

  private mutating func invalid(_ text: String, _ name: String) {
    errors.append("Value \"\(text)\" invalid for option \(name) (number expected)")
  }

  /// Returns the integer at the beginning of the text: a sign and digits, with underscores between the digits. Empty if
  /// there is none.
  private static func leadingInteger(_ text: Substring) -> Substring {
    let signEnd = text.first == "-" || text.first == "+" ? text.index(after: text.startIndex) : text.startIndex
    let digits = text[signEnd...].prefix { $0.isASCII && $0.isNumber || $0 == "_" }
    guard digits.contains(where: { $0 != "_" }) else { return "" }
    return text[..<digits.endIndex]
  }
}
