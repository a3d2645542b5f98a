/// A set of rows, each with a key and a value, in any kind of storage.
///
/// Data sets on a server return results asynchronously, within a time limit of their own. Data sets in memory return
/// results at once.
package protocol DataSet: Sendable {
  /// The specification it was made from, without passwords.
  var specification: String { get }
  /// True if keys are matched against the rows as patterns; false if they are looked up literally.
  var matchesPatterns: Bool { get }
  /// True if listing the rows queries a server, which may have to search a very large number of other rows.
  var asksServer: Bool { get }
  /// The error if the set was opened with `SoftStart` and its server was unavailable.
  var startProblem: DataSetError? { get }
  /// Looks up a key. Returns only the first row, or `all` rows in the order of the set; a set with patterns may have
  /// several.
  func rows(for key: String, all: Bool) async throws(DataSetError) -> [DataSetRow]
  /// Returns the first `limit` rows in order. Throws ``DataSetError/notWalkable`` if the kind cannot list its rows.
  func allRows(limit: Int) async throws(DataSetError) -> [DataSetRow]
  /// Returns problems that do not depend on what the rows are used for, such as rows that are never found.
  func problems() async -> [ConfigurationProblem]
}

extension DataSet {
  /// Returns all rows in order.
  package func allRows() async throws(DataSetError) -> [DataSetRow] { try await allRows(limit: .max) }
  package var matchesPatterns: Bool { false }
  package var asksServer: Bool { false }
  package var startProblem: DataSetError? { nil }
  package func problems() async -> [ConfigurationProblem] { [] }
}

/// A data set in memory, which returns results without waiting.
protocol LocalDataSet: DataSet {
  var isEmpty: Bool { get }
  func localRows(for key: String, all: Bool) throws(DataSetError) -> [DataSetRow]
  func allLocalRows() -> [DataSetRow]
}

extension LocalDataSet {
  func rows(for key: String, all: Bool) async throws(DataSetError) -> [DataSetRow] {
    try localRows(for: key, all: all)
  }

  func allRows(limit: Int) async throws(DataSetError) -> [DataSetRow] { Array(allLocalRows().prefix(limit)) }
}
