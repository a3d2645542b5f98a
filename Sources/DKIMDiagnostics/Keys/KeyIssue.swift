/// A problem with a published key, or a note about it, with a suggested fix.
public struct KeyIssue: Sendable, Hashable {
  /// How severe an issue is.
  public enum Severity: Sendable, Hashable {
    /// The key cannot be used.
    case failure
    /// The key does not match the private key, so it cannot be used with it.
    case mismatch
    /// The key can be used, but some receivers will not accept it, or it should be replaced.
    case warning
    /// Information only.
    case note
  }

  /// How severe the issue is.
  public let severity: Severity
  /// The issue in English, without a period at the end; in the words of opendkim-testkey where it has a message for it.
  public let text: String
  /// The suggested fix in English; `nil` if there is nothing to fix.
  public let fix: String?
  /// Whether ``fix`` is to query another name server, so that a program can name its option for that.
  public let suggestsOtherServer: Bool

  package init(_ severity: Severity, _ text: String, fix: String? = nil, suggestsOtherServer: Bool = false) {
    self.severity = severity
    self.text = text
    self.fix = fix
    self.suggestsOtherServer = suggestsOtherServer
  }

  /// Whether the issue prevents the use of the key.
  public var isFailure: Bool { severity == .failure || severity == .mismatch }
}
