/// Something that was found out about a published key: in words, and how to fix it.
struct Finding: Equatable, Sendable {
  enum Grade {
    /// The key cannot be used.
    case failure
    /// The same, on standard output: opendkim-testkey tells there that keys do not match.
    case mismatch
    /// The key can be used; not everybody will, or not for long.
    case warning
    /// Good to know.
    case note
  }

  let grade: Grade
  /// Where opendkim-testkey has words for it, these.
  let words: String
  /// What to do about it; `nil` where nothing is to be done.
  let fix: String?

  init(_ grade: Grade, _ words: String, fix: String? = nil) {
    self.grade = grade
    self.words = words
    self.fix = fix
  }

  var isFailure: Bool { grade == .failure || grade == .mismatch }
}
