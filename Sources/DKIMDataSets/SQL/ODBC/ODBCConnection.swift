#if UnixODBC
  internal import DKIMConfiguration

  /// Rows of a table that is read through an ODBC driver.
  ///
  /// Not all drivers respect time limits. A lookup that takes too long still fails on time, but its thread stays busy
  /// until the driver returns.
  final class ODBCConnection: StoreConnection {
    private let name: DataSourceName
    private let session: ODBCSession

    static func open(_ name: DataSourceName, _ request: DataSetRequest) async throws(DataSetOpenError) -> any DataSet {
      guard name.tls == nil else {
        throw request.error(.badName(found: "tls= is set", expected: "the TLS settings of the driver in odbc.ini"))
      }
      let source = ODBCSource(name)
      guard source.target != .dataSource("") else {
        throw request.error(
          .badName(found: "the data source name is missing", expected: "odbc://localhost/DATASOURCE/table=…"))
      }
      let rules = RemoteDataSet.Rules(
        timeLimit: request.options.timeLimit * 1000, cacheSeconds: request.options.cacheSeconds)
      return try await RemoteDataSet.open(request, rules) { deadline throws(DataSetError) in
        try ODBCConnection(name, source, until: deadline)
      }
    }

    init(_ name: DataSourceName, _ source: ODBCSource, until deadline: Deadline) throws(DataSetError) {
      self.name = name
      session = try ODBCSession(source, until: deadline)
      try session.prepare(.row(of: name, .odbc), .noRow(of: name, .odbc), until: deadline)
    }

    func row(for key: String, until deadline: Deadline) throws(DataSetError) -> DataSetRow? {
      // A NUL would end the key in some drivers, and no column can contain one.
      guard !key.utf8.contains(0) else { return nil }
      let columns = try session.lookUp(key, until: deadline)
      return columns.map { DataSetRow(key: key, value: .columns($0), location: nil) }
    }

    func rows(limit: Int, until deadline: Deadline) throws(DataSetError) -> [DataSetRow] {
      try session.listRows(.rows(of: name, limit: limit, .odbc), limit: limit, until: deadline)
    }
  }
#endif
