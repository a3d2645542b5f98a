#if MariaDB
  internal import DKIMConfiguration

  /// Rows of a table in MariaDB or MySQL.
  final class MariaDBConnection: StoreConnection {
    private let name: DataSourceName
    private let session: MariaDBSession
    private let statement: MariaDBStatement

    static func open(_ name: DataSourceName, _ request: DataSetRequest) async throws(DataSetOpenError) -> any DataSet {
      guard !name.database.isEmpty else {
        throw request.error(.badName(found: "the database name is missing", expected: "mysql://host/database/table=…"))
      }
      let longestPath = ServerAddress.longestPath
      guard !name.host.hasPrefix("/") || name.host.utf8.count <= longestPath else {
        throw request.error(
          .badName(
            found: "the path of the socket has \(name.host.utf8.count) bytes", expected: "at most \(longestPath)"))
      }
      let options = request.options
      let rules = RemoteDataSet.Rules(
        timeLimit: options.timeLimit * 1000, cacheSeconds: options.cacheSeconds,
        problems: name.problems(of: request))
      // If the host is `localhost` and no port is given, the library connects to the Unix socket of the server.
      let host = SQLHost(name, defaultPort: 3306, isLocal: name.host == "localhost" && name.port == nil)
      return try await RemoteDataSet.open(request, rules) { deadline throws(DataSetError) in
        let session = try host.connect(until: deadline) { address, deadline throws(DataSetError) in
          let session = try MariaDBSession(SQLServer("MariaDB", name))
          try session.connect(name, options, address: address, until: deadline)
          return session
        }
        return try MariaDBConnection(name, session, until: deadline)
      }
    }

    private init(_ name: DataSourceName, _ session: MariaDBSession, until deadline: Deadline) throws(DataSetError) {
      (self.name, self.session) = (name, session)
      statement = try session.prepare(.row(of: name, .mariaDB), until: deadline)
    }

    func row(for key: String, until deadline: Deadline) throws(DataSetError) -> DataSetRow? {
      try statement.lookUp(key, until: deadline).map { DataSetRow(key: key, value: .columns($0), location: nil) }
    }

    func rows(limit: Int, until deadline: Deadline) throws(DataSetError) -> [DataSetRow] {
      var rows = SQLRows(limit: limit)
      let server = session.server
      guard limit > 0 else { return [] }
      try session.listRows(.rows(of: name, limit: limit, .mariaDB), until: deadline) { row throws(DataSetError) in
        // The columns are read only if the row is added.
        try rows.add(try row.value(0, server), server) { () throws(DataSetError) in
          var columns: [String?] = []
          for column in 1..<max(row.count, 1) { columns.append(try row.value(column, server)) }
          return columns
        }
      }
      return rows.rows
    }
  }
#endif
