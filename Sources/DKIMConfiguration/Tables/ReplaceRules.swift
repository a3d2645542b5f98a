package import DKIMCore

/// The rules of `ReplaceRules`: they make the values of header fields those that a later MTA will write, for signing.
package struct ReplaceRules: Sendable {
  /// One line of the file.
  package struct Rule: Sendable {
    /// The expression as it was written.
    package let expression: String
    /// The text that replaces what matches.
    let replacement: [UInt8]
    package let location: FileLocation?
    fileprivate let search: ExpressionSearch

    /// - Parameter expression: a POSIX basic regular expression.
    init(_ expression: [UInt8], _ replacement: [UInt8], at location: FileLocation?) throws(ReplaceRuleError) {
      self.expression = String(decoding: expression, as: UTF8.self)
      self.replacement = replacement
      self.location = location
      do throws(PatternError) {
        search = ExpressionSearch(try ExpressionProgram(try BasicExpression.parse(expression)))
      } catch {
        throw .pattern(error)
      }
      if search.firstMatch(in: replacement) != nil { throw .endless }
    }
  }

  /// A header field with other values, and the rules that changed it.
  package struct Rewriting: Sendable {
    /// The new values, by the position of the field in the header.
    package fileprivate(set) var values: [Int: [UInt8]] = [:]
    /// The rules that applied, in their order, each with the names of the fields.
    package fileprivate(set) var applied: [(rule: Rule, fields: [String])] = []
  }

  /// The limit on replacements per message.
  static let maximumReplacements = 10_000
  /// The limit on the bytes of one message that are searched, or moved because of replacements.
  static let maximumSearched = 64 << 20
  /// The limit on the length of a value, in bytes.
  static let maximumValueLength = 1 << 20

  /// The rules in the order in which they are applied.
  package let rules: [Rule]
  private let fields: HeaderSelection

  /// - Parameters:
  ///   - rules: the rules in the order in which they are applied.
  ///   - fields: patterns of the names of the fields that the rules apply to.
  package init(_ rules: [Rule], fields: [String] = ["*"]) {
    self.rules = rules
    self.fields = HeaderSelection(fields)
  }

  /// Applies all rules to the fields of a header. Each rule is applied until it no longer matches.
  package func rewriting(of header: MessageHeader) throws(ReplaceRulesFailure) -> Rewriting {
    var rewriting = Rewriting()
    var changed = [[String]](repeating: [], count: rules.count)
    var work = Work()
    for field in 0..<header.count {
      guard let text = header.name(of: field), let name = try? HeaderFieldName(text), fields.contains(name) else {
        continue
      }
      let original = header.value(of: field)
      // An MTA writes folds as a line feed; the expressions of OpenDKIM are matched against this form.
      let unchanged = Self.withoutCRs(original)
      var value = unchanged
      for (number, rule) in rules.enumerated() where try rule.apply(to: &value, field: text, &work) {
        if changed[number].last != text { changed[number].append(text) }
      }
      guard value != unchanged else { continue }
      guard Self.isFolded(value) else { throw .brokenFold(field: text) }
      rewriting.values[field] = Self.withCRs(value)
    }
    rewriting.applied = zip(rules, changed).filter { !$1.isEmpty }.map { ($0, $1) }
    return rewriting
  }

  /// The work for one message so far.
  fileprivate struct Work {
    var replacements = 0
    var searched = 0
  }

  private static func withoutCRs(_ value: [UInt8]) -> [UInt8] {
    guard value.contains(0x0D) else { return value }
    return value.indices.filter { value[$0] != 0x0D || $0 + 1 == value.count || value[$0 + 1] != 0x0A }.map {
      value[$0]
    }
  }

  private static func withCRs(_ value: [UInt8]) -> [UInt8] {
    value.flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] }
  }

  /// Returns false if a line feed is not part of a fold, after which another field would begin.
  private static func isFolded(_ value: [UInt8]) -> Bool {
    value.indices.allSatisfy { index in
      value[index] != 0x0A || index + 1 < value.count && (value[index + 1] == 0x20 || value[index + 1] == 0x09)
    }
  }
}

extension ReplaceRules.Rule {
  /// Replaces what matches until nothing matches. Returns true if the value was changed.
  fileprivate func apply(
    to value: inout [UInt8], field: String, _ work: inout ReplaceRules.Work
  ) throws(ReplaceRulesFailure) -> Bool {
    var from = 0
    var last = 0
    var isChanged = false
    work.searched += value.count
    while let match = search.firstMatch(in: value, from: from) {
      work.replacements += 1
      value.replaceSubrange(match.range, with: replacement)
      // A match before the place of the last replacement shows that text before it can match now.
      from = match.range.lowerBound < last ? 0 : match.resume
      last = match.range.lowerBound
      isChanged = true
      // The text that is searched again, and the move of the text after the match.
      work.searched += last + replacement.count - from + 64 + value.count / 64
      guard work.replacements <= ReplaceRules.maximumReplacements, work.searched <= ReplaceRules.maximumSearched,
        value.count <= ReplaceRules.maximumValueLength
      else { throw .tooMuchWork(field: field, expression: expression) }
    }
    return isChanged
  }
}

/// The reason why a line of the file is not a rule.
enum ReplaceRuleError: Error, Sendable, Hashable {
  /// The line has no tab.
  case noTab
  case pattern(PatternError)
  /// The expression matches the replacement, so that it would be applied forever.
  case endless
}

/// The reason why the rules cannot be applied to a message.
package enum ReplaceRulesFailure: Error, Sendable, Hashable {
  /// The rule matches again and again, or there is too much to replace.
  case tooMuchWork(field: String, expression: String)
  /// The result would be two fields.
  case brokenFold(field: String)
}

extension ReplaceRulesFailure: CustomStringConvertible {
  package var description: String {
    switch self {
    case .tooMuchWork(let field, let expression):
      "ReplaceRules: too many replacements in the field \(field) (rule \"\(expression)\")"
    case .brokenFold(let field): "ReplaceRules: the field \(field) would be split into two lines"
    }
  }
}
