internal import DKIMConfiguration

/// What is wrong with the text behind a kind, and what belongs there. It quotes nothing that may be a password.
struct NameProblem: Error, Hashable {
  let found: String
  let expected: String
}

extension NameProblem {
  /// The same as the reason why a set cannot be opened.
  var reason: DataSetOpenError.Reason { .badName(found: found, expected: expected) }
}
