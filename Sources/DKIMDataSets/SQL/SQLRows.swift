internal import DKIMConfiguration

/// Rows of a walk, up to a number of them, and as much as may be kept.
struct SQLRows {
  private(set) var rows: [DataSetRow] = []
  private let limit: Int
  /// Octets that all rows may take in memory.
  private let largest: Int
  private var (weight, size) = (0, 0)

  /// What a row, and what a value takes in memory beside its octets, about.
  private static let (rowCost, valueCost) = (256, 48)
  /// No more rows are kept, however small they are.
  static let most = 8 * StoreLimits.largestWalk / rowCost

  init(limit: Int, largest: Int = 8 * StoreLimits.largestWalk) {
    self.limit = limit
    self.largest = largest
  }

  /// Adds a row; one without a key is found by nobody.
  mutating func add(
    _ key: String?, _ server: SQLServer, _ columns: () throws(DataSetError) -> [String?]
  ) throws(DataSetError) {
    guard rows.count < limit, let key else { return }
    let columns = try columns()
    weight += key.utf8.count + columns.reduce(0) { $0 + ($1?.utf8.count ?? 0) }
    guard weight <= StoreLimits.largestWalk else {
      throw server.unusable("all rows together have more than \(StoreLimits.largestWalk) octets", fix: nil)
    }
    size += Self.rowCost + Self.valueCost * columns.count
    guard weight + size <= largest else {
      throw server.unusable("there are more than \(rows.count) rows, which take too much memory", fix: nil)
    }
    rows.append(DataSetRow(key: key, value: .columns(columns), place: nil))
  }
}

/// What is asked of values that come from a database.
enum SQLValue {
  static func tooLong(_ count: Int, column: Int, _ server: SQLServer) -> DataSetError {
    server.unusable(
      "column \(column + 1) of a row has \(count) octets; expected at most \(StoreLimits.longestValue)", fix: nil)
  }

  /// Something in the question is a parameter, and no value is ever given to it.
  static func ownParameter(_ server: SQLServer) -> DataSetError {
    server.unusable(
      "a parameter stands in the names or the filter, and has no value",
      fix: "write filter= without question marks and the like")
  }

  static func tooManyColumns(_ count: Int, _ server: SQLServer) -> DataSetError {
    server.unusable("a row has \(count) columns", fix: "name at most \(DataSourceName.mostColumns) in datacol=")
  }
}
