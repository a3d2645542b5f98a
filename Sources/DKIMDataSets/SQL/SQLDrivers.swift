internal import DKIMConfiguration

/// Opens SQL data sets: `dsn:` and a ``DataSourceName``.
enum SQLDrivers {
  static func open(_ request: DataSetRequest) async throws(DataSetOpenError) -> any DataSet {
    guard !request.name.isEmpty else { throw request.error(.noName(.dsn)) }
    let name: DataSourceName
    do throws(DataSourceNameError) {
      name = try DataSourceName(request.name)
    } catch {
      throw request.error(.badName(found: error.found, expected: error.expected))
    }
    switch name.backend {
    case "pgsql", "postgresql": return try await postgreSQL(name, request)
    case "mysql", "mariadb": return try await mariaDB(name, request)
    case "sqlite3", "sqlite": return try await sqlite(name, request)
    case "odbc": return try await odbc(name, request)
    default: return try await openDBX(name, request)
    }
  }

  private static func postgreSQL(
    _ name: DataSourceName, _ request: DataSetRequest
  ) async throws(DataSetOpenError) -> any DataSet {
    #if PostgreSQL
      return try await PostgreSQLConnection.open(name, request)
    #else
      throw request.error(.notBuilt(.dsn, part: "PostgreSQL"))
    #endif
  }

  private static func mariaDB(
    _ name: DataSourceName, _ request: DataSetRequest
  ) async throws(DataSetOpenError) -> any DataSet {
    #if MariaDB
      return try await MariaDBConnection.open(name, request)
    #else
      throw request.error(.notBuilt(.dsn, part: "MariaDB"))
    #endif
  }

  private static func sqlite(
    _ name: DataSourceName, _ request: DataSetRequest
  ) async throws(DataSetOpenError) -> any DataSet {
    #if SQLite
      return try await SQLiteConnection.open(name, request)
    #else
      throw request.error(.notBuilt(.dsn, part: "SQLite"))
    #endif
  }

  private static func odbc(
    _ name: DataSourceName, _ request: DataSetRequest
  ) async throws(DataSetOpenError) -> any DataSet {
    #if UnixODBC
      return try await ODBCConnection.open(name, request)
    #else
      throw request.error(.notBuilt(.dsn, part: "UnixODBC"))
    #endif
  }

  private static func openDBX(
    _ name: DataSourceName, _ request: DataSetRequest
  ) async throws(DataSetOpenError) -> any DataSet {
    #if OpenDBX
      return try await OpenDBXConnection.open(name, request)
    #else
      throw request.error(.notBuilt(.dsn, part: "OpenDBX"))
    #endif
  }
}
