#if OpenDBX
  internal import DKIMConfiguration

  /// Rows of a table that a backend of OpenDBX reaches: `firebird`, `mssql`, `oracle`, `sybase`. The other names have
  /// drivers of their own, and never come here.
  ///
  /// Backends keep to limits of time as they like. A question that they answer late fails in its time all the same, but
  /// its thread is not free before they return.
  final class OpenDBXConnection: StoreConnection {
    private let name: DataSourceName
    private let session: OpenDBXSession

    static func open(_ name: DataSourceName, _ request: DataSetRequest) async throws(DataSetOpenError) -> any DataSet {
      guard name.tls == nil else {
        throw request.error(.badName(found: "tls= is set", expected: "no tls=, which OpenDBX cannot promise"))
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
      // Whether the rows can be asked for comes out when they are.
      _ = try row(for: "", until: deadline)
    }

    func row(for key: String, until deadline: Deadline) throws(DataSetError) -> DataSetRow? {
      // A NUL would end the question.
      guard !key.utf8.contains(0) else { return nil }
      let dialect = SQLStatement.Dialect(placeholder: "'\(try session.escaped(key))'", hasLimit: false)
      var row: [String?]?
      try session.ask(.row(of: name, dialect), limit: 1, until: deadline) { columns in row = columns }
      return row.map { DataSetRow(key: key, value: .columns($0), place: nil) }
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
