internal import DKIMConfiguration

/// Rows of a walk, up to a number of them, and as much as may be kept.
struct SQLRows {
  private(set) var rows: [DataSetRow] = []
  private let limit: Int
  private var weight = 0

  init(limit: Int) { self.limit = limit }

  /// Adds a row; one without a key is found by nobody.
  mutating func add(
    _ key: String?, _ server: SQLServer, _ columns: () throws(DataSetError) -> [String?]
  ) throws(DataSetError) {
    guard rows.count < limit, let key else { return }
    let columns = try columns()
    weight += key.utf8.count + columns.reduce(0) { $0 + ($1?.utf8.count ?? 0) }
    guard weight <= StoreLimits.largestWalk else {
      throw server.unusable("all rows together have more than \(StoreLimits.largestWalk) octets", mend: nil)
    }
    rows.append(DataSetRow(key: key, value: .columns(columns), place: nil))
  }
}

/// What is asked of values that come from a database.
enum SQLValue {
  static func tooLong(_ count: Int, column: Int, _ server: SQLServer) -> DataSetError {
    server.unusable(
      "column \(column + 1) of a row has \(count) octets; expected at most \(StoreLimits.longestValue)", mend: nil)
  }

  /// Something in the question is a parameter, and no value is ever given to it.
  static func ownParameter(_ server: SQLServer) -> DataSetError {
    server.unusable(
      "a parameter stands in the names or the filter, and has no value",
      mend: "write filter= without question marks and the like")
  }

  static func tooManyColumns(_ count: Int, _ server: SQLServer) -> DataSetError {
    server.unusable("a row has \(count) columns", mend: "name at most \(DataSourceName.mostColumns) in datacol=")
  }
}
