extension ReplaceRules {
  /// The limit on the length of the file, in bytes.
  static let maximumFileLength = 1 << 20
  /// The limit on the number of rules: each is applied to every field of a message.
  static let maximumRules = 1000

  /// Reads the lines of the file: an expression, a tab and the replacement. `#` starts a comment anywhere.
  ///
  /// As in OpenDKIM, the last tab of a line is the separator, white space is significant, and later lines are applied
  /// first.
  static func read(_ bytes: [UInt8], file: String) -> (rules: [Rule], problems: [ConfigurationProblem]) {
    var rules: [Rule] = []
    var problems: [ConfigurationProblem] = []
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let location = FileLocation(file: file, line: index + 1)
      do throws(ReplaceRuleError) {
        guard let rule = try rule(line, at: location) else { continue }
        rules.append(rule)
      } catch {
        problems.append(ConfigurationProblem(.error, at: location, "ReplaceRules: \(error.text)", fix: error.fix))
      }
    }
    if rules.count > maximumRules {
      problems.append(
        ConfigurationProblem(
          .error, at: FileLocation(file: file),
          "ReplaceRules: the file has \(rules.count) rules, but at most \(maximumRules) are applied",
          fix: "combine rules"))
    }
    return (rules.reversed(), problems)
  }

  /// Returns `nil` for a line without a rule.
  private static func rule(_ line: ArraySlice<UInt8>, at location: FileLocation) throws(ReplaceRuleError) -> Rule? {
    var text = line.prefix { $0 != UInt8(ascii: "#") }
    if text.last == UInt8(ascii: "\r") { text.removeLast() }
    guard text.contains(where: { !TextBytes.isBlank($0) }) else { return nil }
    guard let tab = text.lastIndex(of: UInt8(ascii: "\t")) else { throw .noTab }
    return try Rule(Array(text[..<tab]), Array(text[(tab + 1)...]), at: location)
  }
}

extension ReplaceRuleError {
  fileprivate var text: String {
    switch self {
    case .noTab: "the line has no tab between an expression and its replacement"
    case .pattern(let error): "the expression has \(error.found)"
    case .endless: "the expression matches its own replacement, so the rule would be applied forever"
    }
  }

  fileprivate var fix: String {
    switch self {
    case .noTab: "write a basic regular expression, a tab character, and the text that replaces what matches"
    case .pattern: "correct the basic regular expression"
    case .endless: "write more of the text around it, or an anchor (^ or $), so that the result does not match again"
    }
  }
}
