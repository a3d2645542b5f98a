internal import DKIMCore

/// A problem in a configuration: where it is, what is wrong, and how to fix it.
package struct ConfigurationProblem: Error, Sendable, Hashable {
  package enum Severity: String, Sendable, Hashable, Comparable, CaseIterable {
    /// For information; nothing needs to be fixed.
    case note
    /// The filter starts, but probably does not do what was intended.
    case warning
    /// The filter does not start, or keeps the old configuration at a reload.
    case error

    package static func < (a: Severity, b: Severity) -> Bool { a.rank < b.rank }

    private var rank: Int {
      switch self {
      case .note: 0
      case .warning: 1
      case .error: 2
      }
    }
  }

  package let severity: Severity
  package let location: FileLocation?
  /// What was found and what was expected, always as a single line.
  package let text: String
  /// How to fix it: if possible, a command to run or a line to write.
  package let fix: String?

  package init(_ severity: Severity, at location: FileLocation?, _ text: String, fix: String? = nil) {
    self.severity = severity
    self.location = location
    self.text = PrintableText.line(text)
    self.fix = fix.map { PrintableText.line($0) }
  }

  /// Returns the problem with another severity.
  func with(_ severity: Severity) -> ConfigurationProblem {
    ConfigurationProblem(severity, at: location, text, fix: fix)
  }
}

extension ConfigurationProblem: CustomStringConvertible {
  /// `FILE:LINE: error: TEXT; FIX`
  package var description: String {
    let head = location.map { "\($0): " } ?? ""
    return "\(head)\(severity.rawValue): \(text)" + (fix.map { "; \($0)" } ?? "")
  }
}
