/// A problem with a published key, or a note about it, with a suggested fix.
struct KeyIssue: Equatable, Sendable {
  enum Grade {
    /// The key cannot be used.
    case failure
    /// The keys do not match, so the key cannot be used. Printed to standard output, like opendkim-testkey does.
    case mismatch
    /// The key can be used, but some receivers will not accept it, or it should be replaced.
    case warning
    /// Information only.
    case note
  }

  let grade: Grade
  /// The text of the issue; the words of opendkim-testkey where it has a message for it.
  let words: String
  /// The suggested fix; `nil` if there is nothing to fix.
  let fix: String?

  init(_ grade: Grade, _ words: String, fix: String? = nil) {
    self.grade = grade
    self.words = words
    self.fix = fix
  }

  var isFailure: Bool { grade == .failure || grade == .mismatch }
}
