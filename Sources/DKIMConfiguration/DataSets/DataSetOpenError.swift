package import SystemSupport

/// The reason why a data set could not be opened.
package struct DataSetOpenError: Error, Sendable, Hashable {
  package enum Reason: Sendable, Hashable {
    /// The word before the first colon is not a kind of data set.
    case unknownKind(String)
    /// This build does not support the kind. `part`: the optional part (package trait) that adds it.
    case notBuilt(DataSetKind, part: String?)
    /// The name after the kind is missing.
    case noName(DataSetKind)
    case file(FileProblem)
    /// The text after the kind is invalid.
    case badName(found: String, expected: String)
    /// The back end is unavailable, or does not have the rows.
    case store(DataSetError)
    /// A row is invalid.
    case row(FileLocation, found: String, expected: String)
  }

  package let reason: Reason
  /// The specification as it was written, without passwords.
  package let specification: String
  /// The file and line of the specification.
  package let location: FileLocation?

  package init(_ reason: Reason, specification: String, location: FileLocation?) {
    self.reason = reason
    self.specification = specification
    self.location = location
  }
}

extension DataSetOpenError {
  /// The error as a problem for `-n` and the log.
  package var problem: ConfigurationProblem {
    switch reason {
    case .unknownKind(let word):
      let kinds = DataSetKind.allCases.map(\.rawValue).joined(separator: " ")
      return ConfigurationProblem(
        .error, at: location, "\"\(specification)\": unknown database type \"\(word)\"; expected one of: \(kinds)",
        fix: "if it is a list, write csl:\(specification)")
    case .notBuilt(let kind, let part):
      let text = "\"\(specification)\": this build does not support \"\(kind.rawValue)\" data sets"
      return ConfigurationProblem(
        .error, at: location, text + (part.map { "; they need the optional part \($0)" } ?? ""),
        fix: part.map { "build with --traits \($0), or move the rows to a file" } ?? "move the rows to a file")
    case .noName(let kind):
      return ConfigurationProblem(
        .error, at: location, "\"\(specification)\": missing name after \"\(kind.rawValue):\"",
        fix: "write the name after it, or remove the setting")
    case .file(let problem):
      return ConfigurationProblem(.error, at: location, "\"\(specification)\": \(problem)", fix: problem.fix)
    case .badName(let found, let expected):
      return ConfigurationProblem(.error, at: location, "\"\(specification)\": \(found)", fix: "expected \(expected)")
    case .store(let error):
      var fix: String?
      if case .temporary = error { fix = "start the server, or set SoftStart to start the filter without it" }
      return ConfigurationProblem(.error, at: location, "\"\(specification)\": \(error)", fix: fix)
    case .row(let row, let found, let expected):
      return ConfigurationProblem(.error, at: row, "\(found); expected \(expected)")
    }
  }
}

extension DataSetOpenError: CustomStringConvertible {
  package var description: String { problem.description }
}
