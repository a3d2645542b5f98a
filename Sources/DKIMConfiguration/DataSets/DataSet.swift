/// A table that an administrator keeps: keys with values, wherever they are stored.
///
/// Kinds that ask a server answer asynchronously within a time limit of their own; kinds that live in memory
/// answer at once.
public protocol DataSet: Sendable {
  /// The specification it was made from, without passwords.
  var specification: String { get }
  /// True where rows are patterns that a key is matched against, and false where a key is looked up as it stands.
  var matchesPatterns: Bool { get }
  /// True where listing the rows asks a server, which may have very many others to look through.
  var asksServer: Bool { get }
  /// Why the server of the set could not be asked when it was opened with `SoftStart`.
  var startProblem: DataSetError? { get }
  /// The rows for a key, in the order of the set: the first only, or `all` of them (a pattern set may have several).
  func rows(for key: String, all: Bool) async throws(DataSetError) -> [DataSetRow]
  /// The first `limit` rows in order. Throws ``DataSetError/notWalkable`` where the kind cannot tell.
  func allRows(limit: Int) async throws(DataSetError) -> [DataSetRow]
  /// What an administrator should know about the rows, whatever they are used for: rows that are never found, say.
  func problems() async -> [ConfigurationProblem]
}

extension DataSet {
  /// Every row in order.
  public func allRows() async throws(DataSetError) -> [DataSetRow] { try await allRows(limit: .max) }
  public var matchesPatterns: Bool { false }
  public var asksServer: Bool { false }
  public var startProblem: DataSetError? { nil }
  public func problems() async -> [ConfigurationProblem] { [] }
}

/// A set that lives in memory and answers without waiting.
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
