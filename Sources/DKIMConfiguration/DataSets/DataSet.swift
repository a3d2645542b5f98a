/// A table that an administrator keeps: keys with values, wherever they are stored.
///
/// Kinds that ask a server answer asynchronously within a time limit of their own; kinds that live in memory
/// answer at once.
public protocol DataSet: Sendable {
  /// The specification it was made from, without passwords.
  var specification: String { get }
  /// The rows for a key, in the order of the set: the first only, or `all` of them (a pattern set may have several).
  func rows(for key: String, all: Bool) async throws(DataSetError) -> [DataSetRow]
  /// Every row in order. Throws ``DataSetError/notWalkable`` where the kind cannot tell.
  func allRows() async throws(DataSetError) -> [DataSetRow]
}

/// One row: a key, or the pattern that matched, and its value.
public struct DataSetRow: Sendable, Hashable {
  /// As it was written.
  public let key: String
  /// What stands behind the key; `nil` where nothing does.
  public let value: Value?
  /// Which line it is; `nil` for rows that come from no file.
  public let place: SourcePlace?

  /// A value as the kind stores it.
  public enum Value: Sendable, Hashable {
    /// One text, to be cut into fields at colons.
    case text(String)
    /// Columns of a database; `nil` where a column is NULL.
    case columns([String?])
  }

  public init(key: String, value: Value?, place: SourcePlace?) {
    self.key = key
    self.value = value
    self.place = place
  }

  /// At most `count` fields: a text is cut at colons from the left, and the last field takes the rest.
  public func fields(_ count: Int) -> [String?] {
    switch value {
    case nil: []
    case .text(let text):
      text.split(separator: ":", maxSplits: count - 1, omittingEmptySubsequences: false).map { String($0) }
    case .columns(let columns): Array(columns.prefix(count))
    }
  }
}

/// Why a data set could not answer. A key that is not there is no error.
public enum DataSetError: Error, Sendable, Hashable {
  /// The back end is down or late; it may work again.
  case temporary(String)
  /// The set cannot be used as it is.
  case unusable(String)
  /// The kind cannot list its rows.
  case notWalkable
}

extension DataSetError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .temporary(let why): "cannot be asked at present: \(why)"
    case .unusable(let why): why
    case .notWalkable: "this kind of data set cannot list what it holds"
    }
  }
}
