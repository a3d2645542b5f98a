internal import DKIMConfiguration

/// An error in the text after the kind of a data set, and the expected form. It never quotes text that may be a
/// password.
struct NameProblem: Error, Hashable {
  let found: String
  let expected: String
}

extension NameProblem {
  /// The problem as a reason why a set cannot be opened.
  var reason: DataSetOpenError.Reason { .badName(found: found, expected: expected) }
}
