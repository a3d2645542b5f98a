/// A command-line parser that works like getopt(3): one-letter options may be bundled (`-fvx FILE`), values follow
/// directly or as the next word (`-bsv`, `-b sv`), operands may come between options, and `--` ends the options. Long
/// options are `--NAME`, `--NAME=VALUE` and `--NAME VALUE`.
package struct OptionScanner {
  /// Whether an option takes a value.
  package enum Value: Sendable { case none, required }

  package enum Item: Sendable, Hashable {
    case option(Character, value: String?)
    case long(String, value: String?)
    case operand(String)
  }

  package enum Fault: Error, Sendable, Hashable {
    case unknownOption(Character)
    case unknownLongOption(String)
    case valueMissing(String)
    case valueUnexpected(String)
  }

  private let letters: [Character: Value]
  private let names: [String: Value]
  private var words: ArraySlice<String>
  /// The rest of a word of bundled letters.
  private var bundle: Substring = ""
  private var onlyOperands = false

  /// - Parameters:
  ///   - letters: the one-letter options as for getopt(3): a colon follows a letter that takes a value.
  ///   - names: the long options.
  package init(_ arguments: [String], letters: String, names: [String: Value]) {
    words = arguments[...]
    self.names = names
    var all: [Character: Value] = [:]
    var last: Character?
    for letter in letters {
      if letter == ":", let last {
        all[last] = .required
      } else {
        all[letter] = Value.none
        last = letter
      }
    }
    self.letters = all
  }

  /// Returns the next option or operand; `nil` at the end.
  package mutating func next() throws(Fault) -> Item? {
    if let letter = bundle.popFirst() { return try option(letter) }
    guard let word = words.popFirst() else { return nil }
    if onlyOperands || word == "-" || !word.hasPrefix("-") { return .operand(word) }
    if word == "--" {
      onlyOperands = true
      return try next()
    }
    if word.hasPrefix("--") { return try longOption(word.dropFirst(2)) }
    bundle = word.dropFirst()
    return try next()
  }

  private mutating func option(_ letter: Character) throws(Fault) -> Item {
    switch letters[letter] {
    case nil: throw .unknownOption(letter)
    case Value.none?: return .option(letter, value: nil)
    case .required?:
      defer { bundle = "" }
      if !bundle.isEmpty { return .option(letter, value: String(bundle)) }
      guard let value = words.popFirst() else { throw .valueMissing("-\(letter)") }
      return .option(letter, value: value)
    }
  }

  private mutating func longOption(_ text: Substring) throws(Fault) -> Item {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    let value = parts.count == 2 ? String(parts[1]) : nil
    switch names[name] {
    case nil: throw .unknownLongOption(name)
    case Value.none?:
      guard value == nil else { throw .valueUnexpected("--\(name)") }
      return .long(name, value: nil)
    case .required?:
      guard let value = value ?? words.popFirst() else { throw .valueMissing("--\(name)") }
      return .long(name, value: value)
    }
  }
}

extension OptionScanner.Fault: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unknownOption(let letter): "unknown option -\(letter)"
    case .unknownLongOption(let name): "unknown option --\(name)"
    case .valueMissing(let option): "option \(option) needs a value"
    case .valueUnexpected(let option): "option \(option) does not take a value"
    }
  }
}
