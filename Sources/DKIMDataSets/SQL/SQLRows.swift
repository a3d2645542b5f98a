internal import DKIMConfiguration

/// The rows of a listing, with a limit on their number and their memory.
struct SQLRows {
  private(set) var rows: [DataSetRow] = []
  private let limit: Int
  /// Maximum memory of all rows in bytes.
  private let largest: Int
  private var (weight, size) = (0, 0)

  /// Approximate overhead of a row and of a value in memory; bytes.
  private static let (rowCost, valueCost) = (256, 48)
  /// Maximum number of rows, however small they are.
  static let most = 8 * StoreLimits.largestWalk / rowCost

  init(limit: Int, largest: Int = 8 * StoreLimits.largestWalk) {
    self.limit = limit
    self.largest = largest
  }

  /// Adds a row; a row without a key is skipped.
  mutating func add(
    _ key: String?, _ server: SQLServer, _ columns: () throws(DataSetError) -> [String?]
  ) throws(DataSetError) {
    guard rows.count < limit, let key else { return }
    let columns = try columns()
    weight += key.utf8.count + columns.reduce(0) { $0 + ($1?.utf8.count ?? 0) }
    guard weight <= StoreLimits.largestWalk else {
      throw server.unusable("all rows together have more than \(StoreLimits.largestWalk) bytes", fix: nil)
    }
    size += Self.rowCost + Self.valueCost * columns.count
    guard weight + size <= largest else {
      throw server.unusable("more than \(rows.count) rows take too much memory", fix: nil)
    }
    rows.append(DataSetRow(key: key, value: .columns(columns), location: nil))
  }
}

/// Errors for values from a database.
enum SQLValue {
  static func tooLong(_ count: Int, column: Int, _ server: SQLServer) -> DataSetError {
    server.unusable(
      "column \(column + 1) of a row has \(count) bytes; expected at most \(StoreLimits.longestValue)", fix: nil)
  }

  /// A name or the filter contains a parameter, to which no value is ever bound.
  static func ownParameter(_ server: SQLServer) -> DataSetError {
    server.unusable(
      "the names or the filter contain a parameter, which has no value",
      fix: "write filter= without question marks and other placeholders")
  }

  static func tooManyColumns(_ count: Int, _ server: SQLServer) -> DataSetError {
    server.unusable("a row has \(count) columns", fix: "name at most \(DataSourceName.maximumColumns) in datacol=")
  }
}
