/// The statements of an SQL data set. A key is never part of the text; it is passed as a parameter.
struct SQLStatement: Sendable, Hashable {
  /// The SQL dialect of a database.
  struct Dialect: Sendable, Hashable {
    /// The placeholder for the key: `$1` or `?`.
    let placeholder: String
    /// Whether the database supports `LIMIT n`.
    let hasLimit: Bool

    static let postgreSQL = Dialect(placeholder: "$1", hasLimit: true)
    static let mariaDB = Dialect(placeholder: "?", hasLimit: true)
    static let sqlite = Dialect(placeholder: "?", hasLimit: true)
    static let odbc = Dialect(placeholder: "?", hasLimit: false)
  }

  let text: String

  /// Selects the first row with a key.
  static func row(of name: DataSourceName, _ dialect: Dialect) -> SQLStatement {
    var text = "SELECT \(name.dataColumns.joined(separator: ",")) FROM \(name.table)"
    text += " WHERE \(name.keyColumn) = \(dialect.placeholder)"
    if let filter = name.filter { text += " AND (\(filter))" }
    return SQLStatement(text: text + (dialect.hasLimit ? " LIMIT 1" : ""))
  }

  /// Selects no row and reads none: if the statement fails, the key is the reason.
  static func noRow(of name: DataSourceName, _ dialect: Dialect) -> SQLStatement {
    SQLStatement(
      text: "SELECT 1 FROM \(name.table) WHERE \(name.keyColumn) = \(dialect.placeholder) AND 1 = 0")
  }

  /// Selects every row: the key, then the columns. If the database has no `LIMIT`, the reader of the rows stops at the
  /// limit.
  static func rows(of name: DataSourceName, limit: Int, _ dialect: Dialect) -> SQLStatement {
    var text = "SELECT \(([name.keyColumn] + name.dataColumns).joined(separator: ",")) FROM \(name.table)"
    if let filter = name.filter { text += " WHERE \(filter)" }
    return SQLStatement(text: text + (dialect.hasLimit && limit < .max ? " LIMIT \(max(0, limit))" : ""))
  }
}
