#if UnixODBC
  internal import CUnixODBC
  internal import DKIMConfiguration

  /// A connection through a driver of ODBC, with one prepared statement.
  @safe final class ODBCSession {
    private let environment: ODBCHandle
    private let connection: ODBCHandle
    private let server: SQLServer
    private var statement: ODBCStatement?

    init(_ source: ODBCSource, until deadline: Deadline) throws(DataSetError) {
      server = SQLServer(named: source.shown)
      environment = try ODBCHandle(.environment, of: nil, server)
      try environment.check(
        unsafe SQLSetEnvAttr(
          environment.handle, SQL_ATTR_ODBC_VERSION, SQLPOINTER(bitPattern: UInt(SQL_OV_ODBC3)), 0), server)
      connection = try ODBCHandle(.connection, of: environment, server)
      // Not every driver knows of limits.
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

    /// At least one: to drivers 0 is no limit.
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

    /// The statement that looks keys up. A look-up tells that the rows can be asked for, and in which form the driver
    /// takes texts.
    func prepare(_ text: SQLStatement, until deadline: Deadline) throws(DataSetError) {
      let statement = try ODBCStatement(text, connection, server, mostColumns: DataSourceName.mostColumns)
      statement.limit(rows: 1)
      try statement.findEncoding(until: deadline)
      self.statement = statement
    }

    /// The columns of the first row with a key.
    func look(_ key: String, until deadline: Deadline) throws(DataSetError) -> [String?]? {
      guard let statement else { throw .unusable("nothing was prepared") }
      defer { statement.close() }
      guard try statement.execute(key, until: deadline) else { return nil }
      return try statement.next()
    }

    /// Rows, the first column of which is the key.
    func walk(
      _ text: SQLStatement, limit: Int, until deadline: Deadline
    ) throws(DataSetError) -> [DataSetRow] {
      let statement = try ODBCStatement(text, connection, server, mostColumns: DataSourceName.mostColumns + 1)
      statement.encoding = self.statement?.encoding ?? .utf16
      try statement.execute(until: deadline)
      var rows = SQLRows(limit: limit)
      while rows.rows.count < limit, let columns = try statement.next() {
        if deadline.isOver { throw server.isLate }
        try rows.add(columns.first ?? nil, server) { Array(columns.dropFirst()) }
      }
      return rows.rows
    }
  }
#endif
