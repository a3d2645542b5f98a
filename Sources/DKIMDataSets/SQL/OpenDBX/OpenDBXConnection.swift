#if OpenDBX
  internal import DKIMConfiguration

  /// Rows of a table that is read through an OpenDBX backend: `firebird`, `mssql`, `oracle` or `sybase`. All other
  /// backends have their own drivers and never get here.
  ///
  /// Not all backends respect time limits. A lookup that takes too long still fails on time, but its thread stays busy
  /// until the backend returns.
  final class OpenDBXConnection: StoreConnection {
    private let name: DataSourceName
    private let session: OpenDBXSession

    static func open(_ name: DataSourceName, _ request: DataSetRequest) async throws(DataSetOpenError) -> any DataSet {
      guard name.tls == nil else {
        throw request.error(.badName(found: "tls= is set", expected: "no tls=, because OpenDBX does not support it"))
      }
      let rules = RemoteDataSet.Rules(
        timeLimit: request.options.timeLimit * 1000, cacheSeconds: request.options.cacheSeconds)
      return try await RemoteDataSet.open(request, rules) { deadline throws(DataSetError) in
        try OpenDBXConnection(name, until: deadline)
      }
    }

    init(_ name: DataSourceName, until deadline: Deadline) throws(DataSetError) {
      self.name = name
      session = try OpenDBXSession(name, until: deadline)
      // Only a lookup shows whether the rows can be read.
      _ = try row(for: "", until: deadline)
    }

    func row(for key: String, until deadline: Deadline) throws(DataSetError) -> DataSetRow? {
      // A NUL would end the statement.
      guard !key.utf8.contains(0) else { return nil }
      let dialect = SQLStatement.Dialect(placeholder: "'\(try session.escaped(key))'", hasLimit: false)
      var row: [String?]?
      try session.ask(.row(of: name, dialect), limit: 1, until: deadline) { columns in row = columns }
      return row.map { DataSetRow(key: key, value: .columns($0), location: nil) }
    }

    func rows(limit: Int, until deadline: Deadline) throws(DataSetError) -> [DataSetRow] {
      let dialect = SQLStatement.Dialect(placeholder: "", hasLimit: false)
      var rows = SQLRows(limit: limit)
      try session.ask(.rows(of: name, limit: limit, dialect), limit: limit, until: deadline) {
        columns throws(DataSetError) in
        try rows.add(columns.first ?? nil, session.server) { Array(columns.dropFirst()) }
      }
      return rows.rows
    }
  }
#endif
