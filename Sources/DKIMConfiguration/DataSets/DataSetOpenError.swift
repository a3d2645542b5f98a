/// Why a data set could not be opened.
public struct DataSetOpenError: Error, Sendable, Hashable {
  public enum Reason: Sendable, Hashable {
    /// The word before the first colon is no kind of data set.
    case unknownKind(String)
    /// A kind that this program was built without, and the part that brings it.
    case notBuilt(DataSetKind, part: String?)
    /// Nothing stands behind the kind.
    case noName(DataSetKind)
    case file(FileProblem)
    /// The text behind the kind is not as it has to be.
    case badName(found: String, expected: String)
    /// What holds the rows was not to be had, or the rows are not there.
    case store(DataSetError)
    /// A row that cannot be used.
    case row(SourcePlace, found: String, expected: String)
  }

  public let reason: Reason
  /// As it was written, without passwords.
  public let specification: String
  /// Where the specification stands.
  public let place: SourcePlace?

  public init(_ reason: Reason, specification: String, place: SourcePlace?) {
    self.reason = reason
    self.specification = specification
    self.place = place
  }
}

extension DataSetOpenError {
  /// The same for `-n` and the log.
  public var problem: ConfigurationProblem {
    switch reason {
    case .unknownKind(let word):
      let kinds = DataSetKind.allCases.map(\.rawValue).joined(separator: " ")
      return ConfigurationProblem(
        .error, at: place, "\"\(specification)\": unknown database type \"\(word)\"; expected one of: \(kinds)",
        fix: "where a list is meant, write csl:\(specification)")
    case .notBuilt(let kind, let part):
      let text = "\"\(specification)\": data sets of the kind \"\(kind.rawValue)\" are not built in"
      return ConfigurationProblem(
        .error, at: place, text + (part.map { "; they need the part \($0)" } ?? ""),
        fix: part.map { "build with --traits \($0), or keep the rows in a file" } ?? "keep the rows in a file")
    case .noName(let kind):
      return ConfigurationProblem(
        .error, at: place, "\"\(specification)\": nothing stands behind \"\(kind.rawValue):\"; expected a name")
    case .file(let problem):
      return ConfigurationProblem(.error, at: place, "\"\(specification)\": \(problem)", fix: problem.fix)
    case .badName(let found, let expected):
      return ConfigurationProblem(.error, at: place, "\"\(specification)\": \(found)", fix: "expected \(expected)")
    case .store(let error):
      var fix: String?
      if case .temporary = error { fix = "start the server; or set SoftStart, and the filter does not wait for it" }
      return ConfigurationProblem(.error, at: place, "\"\(specification)\": \(error)", fix: fix)
    case .row(let row, let found, let expected):
      return ConfigurationProblem(.error, at: row, "\(found); expected \(expected)")
    }
  }
}

extension DataSetOpenError: CustomStringConvertible {
  public var description: String { problem.description }
}
