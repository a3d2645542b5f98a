/// The questions that a data set in SQL asks. Keys never become part of them; they are handed over beside them.
struct SQLStatement: Sendable, Hashable {
  /// How a database wants its questions.
  struct Dialect: Sendable, Hashable {
    /// What stands where the key belongs: `$1` or `?`.
    let placeholder: String
    /// Whether `LIMIT n` at the end is understood.
    let hasLimit: Bool

    static let postgreSQL = Dialect(placeholder: "$1", hasLimit: true)
    static let mariaDB = Dialect(placeholder: "?", hasLimit: true)
    static let sqlite = Dialect(placeholder: "?", hasLimit: true)
    static let odbc = Dialect(placeholder: "?", hasLimit: false)
  }

  let text: String

  /// The first row with a key.
  static func row(of name: DataSourceName, _ dialect: Dialect) -> SQLStatement {
    var text = "SELECT \(name.dataColumns.joined(separator: ",")) FROM \(name.table)"
    text += " WHERE \(name.keyColumn) = \(dialect.placeholder)"
    if let filter = name.filter { text += " AND (\(filter))" }
    return SQLStatement(text: text + (dialect.hasLimit ? " LIMIT 1" : ""))
  }

  /// Finds no row, and reads none: whatever it fails with, the key is what fails.
  static func noRow(of name: DataSourceName, _ dialect: Dialect) -> SQLStatement {
    SQLStatement(
      text: "SELECT 1 FROM \(name.table) WHERE \(name.keyColumn) = \(dialect.placeholder) AND 1 = 0")
  }

  /// Every row: the key, and then the columns. Where the database has no `LIMIT`, whoever reads the rows stops.
  static func rows(of name: DataSourceName, limit: Int, _ dialect: Dialect) -> SQLStatement {
    var text = "SELECT \(([name.keyColumn] + name.dataColumns).joined(separator: ",")) FROM \(name.table)"
    if let filter = name.filter { text += " WHERE \(filter)" }
    return SQLStatement(text: text + (dialect.hasLimit && limit < .max ? " LIMIT \(max(0, limit))" : ""))
  }
}
