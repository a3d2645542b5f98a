package import DKIMConfiguration

/// The reasons for a decision, step by step: each rule with its setting, file and line.
package struct Explanation: Sendable, Hashable {
  package struct Step: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
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

    package let kind: Kind
    /// One line of text, without the location.
    package let text: String
    /// The setting that the rule belongs to.
    package let setting: String?
    /// The location of the rule.
    package let location: FileLocation?
    /// The steps that led to this one.
    package var steps: [Step]

    package init(
      _ kind: Kind, _ text: String, setting: String? = nil, location: FileLocation? = nil, steps: [Step] = []
    ) {
      self.kind = kind
      self.text = LogText.printable(text)
      self.setting = setting
      self.location = location
      self.steps = steps
    }

    /// `TEXT (SETTING, FILE:LINE)`
    package var line: String {
      let source = [setting, location?.description].compactMap(\.self).joined(separator: ", ")
      return source.isEmpty ? text : "\(text) (\(source))"
    }
  }

  package var steps: [Step] = []

  package init() {}

  /// All steps in order, each with its depth in the tree.
  package var flattened: [(depth: Int, step: Step)] {
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
}

extension Explanation: CustomStringConvertible {
  /// The tree, one step per line: `+` applied, `-` did not apply, `!` failed, `=` outcome.
  package var description: String {
    flattened.map { depth, step in
      String(repeating: "  ", count: depth) + step.kind.mark + " " + step.line
    }.joined(separator: "\n")
  }
}

extension Explanation.Step.Kind {
  /// The character that starts the line.
  package var mark: String {
    switch self {
    case .applied: "+"
    case .notApplied: "-"
    case .note: "."
    case .result: "="
    case .failure: "!"
    }
  }
}
