/// Something an administrator should know about a configuration: what was found, and how to fix it.
public struct ConfigurationProblem: Error, Sendable, Hashable {
  public enum Severity: String, Sendable, Hashable, Comparable, CaseIterable {
    /// Good to know; nothing has to be done.
    case note
    /// Works, but hardly as meant.
    case warning
    /// The filter does not start, or does not take the new configuration.
    case error

    public static func < (a: Severity, b: Severity) -> Bool { a.rank < b.rank }

    private var rank: Int {
      switch self {
      case .note: 0
      case .warning: 1
      case .error: 2
      }
    }
  }

  public let severity: Severity
  public let place: SourcePlace?
  /// What was found and what was expected. On one line, whatever was found.
  public let text: String
  /// What to do about it, as a command or a line to write where there is one.
  public let fix: String?

  public init(_ severity: Severity, at place: SourcePlace?, _ text: String, fix: String? = nil) {
    self.severity = severity
    self.place = place
    self.text = SettingText.printable(text)
    self.fix = fix.map(SettingText.printable)
  }

  /// The same problem with another severity.
  func with(_ severity: Severity) -> ConfigurationProblem {
    ConfigurationProblem(severity, at: place, text, fix: fix)
  }
}

extension ConfigurationProblem: CustomStringConvertible {
  /// `FILE:LINE: error: TEXT; MEND`
  public var description: String {
    let head = place.map { "\($0): " } ?? ""
    return "\(head)\(severity.rawValue): \(text)" + (fix.map { "; \($0)" } ?? "")
  }
}
