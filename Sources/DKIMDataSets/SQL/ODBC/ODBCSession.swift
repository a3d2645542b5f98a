#if UnixODBC
  internal import CUnixODBC
  internal import DKIMConfiguration

  /// A connection through an ODBC driver, with one prepared statement.
  @safe final class ODBCSession {
    private let environment: ODBCHandle
    private let connection: ODBCHandle
    private let server: SQLServer
    private var statement: ODBCStatement?
    private var noRow: SQLStatement?

    init(_ source: ODBCSource, until deadline: Deadline) throws(DataSetError) {
      server = SQLServer(named: source.shown)
      environment = try ODBCHandle(.environment, of: nil, server)
      try environment.check(
        unsafe SQLSetEnvAttr(
          environment.handle, SQL_ATTR_ODBC_VERSION, SQLPOINTER(bitPattern: UInt(SQL_OV_ODBC3)), 0), server)
      connection = try ODBCHandle(.connection, of: environment, server)
      // Not every driver supports time limits.
      let seconds = Self.seconds(until: deadline)
      for attribute in [SQL_ATTR_LOGIN_TIMEOUT, SQL_ATTR_CONNECTION_TIMEOUT] {
        _ = unsafe SQLSetConnectAttr(connection.handle, attribute, SQLPOINTER(bitPattern: UInt(seconds)), 0)
      }
      try connect(source)
    }

    deinit {
      statement = nil
      _ = unsafe SQLDisconnect(connection.handle)
    }

    /// At least 1, because 0 means no limit.
    static func seconds(until deadline: Deadline) -> Int { max(1, (deadline.remaining + 999) / 1000) }

    private func connect(_ source: ODBCSource) throws(DataSetError) {
      if let catalog = source.catalog {
        var text = Array(catalog.utf16)
        let size = SQLINTEGER(clamping: 2 * text.count)
        try connection.check(
          unsafe SQLSetConnectAttrW(connection.handle, SQL_ATTR_CURRENT_CATALOG, &text, size), server)
      }
      switch source.target {
      case .connectionString(let string):
        var text = Array(string.utf16)
        try connection.check(
          unsafe SQLDriverConnectW(
            connection.handle, nil, &text, SQLSMALLINT(clamping: text.count), nil, 0, nil,
            SQLUSMALLINT(SQL_DRIVER_NOPROMPT)), server)
      case .dataSource(let name):
        var (name, user) = (Array(name.utf16), Array((source.user ?? "").utf16))
        var password = Array((source.password ?? "").utf16)
        let counts = (
          SQLSMALLINT(clamping: name.count), SQLSMALLINT(clamping: user.count), SQLSMALLINT(clamping: password.count)
        )
        try connection.check(
          unsafe SQLConnectW(connection.handle, &name, counts.0, &user, counts.1, &password, counts.2), server)
      }
    }

    /// Prepares the lookup statement and one that reads no row. A trial lookup checks that the rows can be read, and
    /// finds the encoding that the driver accepts.
    func prepare(_ text: SQLStatement, _ noRow: SQLStatement, until deadline: Deadline) throws(DataSetError) {
      let statement = try ODBCStatement(
        text, parameters: 1, connection, server, maximumColumns: DataSourceName.maximumColumns)
      statement.limit(rows: 1)
      self.noRow = noRow
      self.statement = statement
      try findEncoding(of: statement, until: deadline)
    }

    /// Looks up an empty key, and falls back to UTF-8 if the driver does not support UTF-16.
    private func findEncoding(of statement: ODBCStatement, until deadline: Deadline) throws(DataSetError) {
      for candidate in [ODBCStatement.Encoding.utf16, .utf8] {
        statement.encoding = candidate
        guard let failure = ask("", statement, until: deadline) else { return }
        if try isForeign("", failure, candidate, until: deadline) { return }
        guard candidate == .utf16, failure.isAboutTypes else { throw failure.error(server) }
      }
    }

    private func ask(_ key: String, _ statement: ODBCStatement, until deadline: Deadline) -> ODBCFailure? {
      defer { statement.close() }
      return statement.ask(key, until: deadline)
    }

    /// Whether the database rejects a key, so that no row can have it: letters in a numeric column, or a character that
    /// the database cannot encode.
    ///
    /// A row or the filter may fail with the same state. To tell these cases apart, the key is tried in a statement
    /// that reads no row.
    private func isForeign(
      _ key: String, _ failure: ODBCFailure, _ encoding: ODBCStatement.Encoding, until deadline: Deadline
    ) throws(DataSetError) -> Bool {
      guard failure.isAboutKey, let noRow else { return false }
      let statement = try ODBCStatement(noRow, parameters: 1, connection, server, maximumColumns: 1)
      statement.encoding = encoding
      return ask(key, statement, until: deadline)?.state == failure.state
    }

    /// Returns the columns of the first row with a key; `nil` if no row matches.
    func lookUp(_ key: String, until deadline: Deadline) throws(DataSetError) -> [String?]? {
      guard let statement else { throw .unusable("no statement was prepared") }
      defer { statement.close() }
      guard let failure = statement.ask(key, until: deadline) else { return try statement.next(until: deadline) }
      statement.close()
      if try isForeign(key, failure, statement.encoding, until: deadline) { return nil }
      throw failure.error(server)
    }

    /// Returns rows; the first column of the statement is the key.
    func listRows(
      _ text: SQLStatement, limit: Int, until deadline: Deadline
    ) throws(DataSetError) -> [DataSetRow] {
      let statement = try ODBCStatement(
        text, parameters: 0, connection, server, maximumColumns: DataSourceName.maximumColumns + 1)
      statement.encoding = self.statement?.encoding ?? .utf16
      statement.limit(rows: max(1, min(limit, SQLRows.most + 1)))
      try statement.execute(until: deadline)
      var rows = SQLRows(limit: limit)
      while rows.rows.count < limit, let columns = try statement.next(until: deadline) {
        if deadline.isOver { throw server.timeoutError }
        try rows.add(columns.first ?? nil, server) { Array(columns.dropFirst()) }
      }
      return rows.rows
    }
  }
#endif
