public import DKIMConfiguration

/// The reasons for a decision, step by step: each rule with its setting, file and line.
public struct Explanation: Sendable, Hashable {
  public struct Step: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
      /// A rule applied.
      case applied
      /// A rule was checked and did not apply.
      case notApplied
      /// A fact.
      case note
      /// The outcome.
      case result
      /// An error or a failed check.
      case failure
    }

    public let kind: Kind
    /// One line of text, without the location.
    public let text: String
    /// The setting that the rule belongs to.
    public let setting: String?
    /// The location of the rule.
    public let location: FileLocation?
    /// The steps that led to this one.
    public var steps: [Step]
    /// The text is a log line of OpenDKIM, which log parsers know, so nothing may be appended to it in the log.
    let isOpenDKIMLine: Bool

    public init(
      _ kind: Kind, _ text: String, setting: String? = nil, location: FileLocation? = nil, steps: [Step] = []
    ) {
      self.init(kind, text, setting: setting, location: location, steps: steps, isOpenDKIMLine: false)
    }

    init(
      _ kind: Kind, _ text: String, setting: String? = nil, location: FileLocation? = nil, steps: [Step] = [],
      isOpenDKIMLine: Bool
    ) {
      self.kind = kind
      self.text = LogText.printable(text)
      self.setting = setting
      self.location = location
      self.steps = steps
      self.isOpenDKIMLine = isOpenDKIMLine
    }

    /// `TEXT (SETTING, FILE:LINE)`
    public var line: String {
      let source = [setting, location?.description].compactMap(\.self).joined(separator: ", ")
      return source.isEmpty ? text : "\(text) (\(source))"
    }
  }

  public var steps: [Step] = []

  public init() {}

  /// All steps in order, each with its depth in the tree.
  public var flattened: [(depth: Int, step: Step)] {
    var lines: [(Int, Step)] = []
    func append(_ steps: [Step], depth: Int) {
      for step in steps {
        lines.append((depth, step))
        append(step.steps, depth: depth + 1)
      }
    }
    append(steps, depth: 0)
    return lines
  }

  /// Returns the log lines for `LogWhy` (only OpenDKIM's lines) or `LogExplanation` (all steps).
  func logEvents(_ rules: LogRules) -> [LogEvent] {
    guard rules.logWhy || rules.logExplanation else { return [] }
    return flattened.filter { $0.step.isOpenDKIMLine || rules.logExplanation }
      .map { .why($0.step.isOpenDKIMLine ? $0.step.text : $0.step.line) }
  }
}

extension Explanation: CustomStringConvertible {
  /// The tree, one step per line: `+` applied, `-` did not apply, `!` failed, `=` outcome.
  public var description: String {
    flattened.map { depth, step in
      String(repeating: "  ", count: depth) + step.kind.mark + " " + step.line
    }.joined(separator: "\n")
  }
}

extension Explanation.Step.Kind {
  /// The character that starts the line.
  public var mark: String {
    switch self {
    case .applied: "+"
    case .notApplied: "-"
    case .note: "."
    case .result: "="
    case .failure: "!"
    }
  }
}
