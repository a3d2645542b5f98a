public import DKIMConfiguration

/// How a decision came about, step by step: which rule, which setting, which line of which file.
public struct Explanation: Sendable, Hashable {
  public struct Step: Sendable, Hashable {
    public enum Finding: String, Sendable, Hashable, CaseIterable {
      /// A rule applied.
      case yes
      /// A rule was asked and did not apply.
      case no
      /// A fact.
      case note
      /// What came of it all.
      case result
      /// Something did not work.
      case failure
    }

    public let finding: Finding
    /// One line, without the place.
    public let text: String
    /// The setting whose rule it was.
    public let setting: String?
    /// Where the rule stands.
    public let place: SourcePlace?
    /// What the step rests on.
    public var steps: [Step]
    /// The whole line as log readers know it, so that nothing may be added to it there.
    let isClassic: Bool

    public init(
      _ finding: Finding, _ text: String, setting: String? = nil, place: SourcePlace? = nil, steps: [Step] = []
    ) {
      self.init(finding, text, setting: setting, place: place, steps: steps, isClassic: false)
    }

    init(
      _ finding: Finding, _ text: String, setting: String? = nil, place: SourcePlace? = nil, steps: [Step] = [],
      isClassic: Bool
    ) {
      self.finding = finding
      self.text = LogText.printable(text)
      self.setting = setting
      self.place = place
      self.steps = steps
      self.isClassic = isClassic
    }

    /// `TEXT (SETTING, FILE:LINE)`
    public var line: String {
      let source = [setting, place?.description].compactMap(\.self).joined(separator: ", ")
      return source.isEmpty ? text : "\(text) (\(source))"
    }
  }

  public var steps: [Step] = []

  public init() {}

  /// Every step in order, with how deep it lies.
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

  /// The lines that `LogWhy` (OpenDKIM's own) or `LogExplanation` (all steps) writes.
  func logEvents(_ rules: LogRules) -> [LogEvent] {
    guard rules.logWhy || rules.logExplanation else { return [] }
    return flattened.filter { $0.step.isClassic || rules.logExplanation }
      .map { .why($0.step.isClassic ? $0.step.text : $0.step.line) }
  }
}

extension Explanation: CustomStringConvertible {
  /// The tree, a step a line: `+` applied, `-` did not, `!` failed, `=` is what came of it.
  public var description: String {
    flattened.map { depth, step in
      String(repeating: "  ", count: depth) + step.finding.mark + " " + step.line
    }.joined(separator: "\n")
  }
}

extension Explanation.Step.Finding {
  /// One character for the beginning of a line.
  public var mark: String {
    switch self {
    case .yes: "+"
    case .no: "-"
    case .note: "."
    case .result: "="
    case .failure: "!"
    }
  }
}
