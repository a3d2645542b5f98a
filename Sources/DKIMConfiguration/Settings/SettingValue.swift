internal import DKIMCore

/// Parses values of settings.
enum SettingValue {
  /// Parses a flag; only the first byte matters.
  static func flag(_ text: String) -> Bool? {
    switch text.utf8.first {
    case UInt8(ascii: "T"), UInt8(ascii: "t"), UInt8(ascii: "Y"), UInt8(ascii: "y"), UInt8(ascii: "1"): true
    case UInt8(ascii: "F"), UInt8(ascii: "f"), UInt8(ascii: "N"), UInt8(ascii: "n"), UInt8(ascii: "0"): false
    default: nil
    }
  }

  /// Parses a number in C notation: `0x` for hexadecimal, a leading 0 for octal.
  ///
  /// Returns `nil` for an invalid number, such as 08, and for one below 0 or above 2,147,483,647.
  static func integer(_ text: String) -> Int? {
    var digits = Array(text.utf8)
    if digits.first == UInt8(ascii: "+") { digits.removeFirst() }
    var radix = 10
    if digits.first == UInt8(ascii: "0"), digits.count > 1 {
      radix = digits[1] | 0x20 == UInt8(ascii: "x") ? 16 : 8
      digits.removeFirst(radix == 16 ? 2 : 1)
    }
    guard let first = digits.first, first != UInt8(ascii: "+"), first != UInt8(ascii: "-"), digits.count <= 32,
      let number = Int(String(decoding: digits, as: UTF8.self), radix: radix), number <= Int32.max
    else { return nil }
    return number
  }

  /// Parses an action: its name or first letter.
  static func action(_ text: String) -> ConfiguredAction? {
    let word = text.lowercased()
    return ConfiguredAction.allCases.first { $0.rawValue == word || String($0.rawValue.prefix(1)) == word }
  }

  /// Checks a value.
  /// - Throws: a problem if the text is not a valid value for the kind of the setting.
  static func check(
    _ text: String, of definition: SettingDefinition, at location: FileLocation
  ) throws(ConfigurationProblem) {
    let expected: String
    switch definition.kind {
    case .flag:
      if flag(text) != nil { return }
      expected = "\"yes\" or \"no\""
    case .integer:
      if integer(text) != nil { return }
      expected = "a number from 0 to \(Int32.max)"
    case .action:
      if action(text) != nil { return }
      expected = ConfiguredAction.allCases.map(\.rawValue).joined(separator: ", ")
    case .choice(let words):
      if words.contains(text.lowercased()) { return }
      expected = words.joined(separator: ", ")
    case .text, .path, .dataSet: return
    }
    let what = definition.kind == .action ? "unknown key action" : "illegal value"
    throw ConfigurationProblem(
      .error, at: location, "\(definition.name): \(what) \(PrintableText.quoted(text)), expected: \(expected)")
  }
}
