#if PostgreSQL
  internal import DKIMConfiguration
  internal import Glibc

  /// Rows of a table in PostgreSQL.
  final class PostgreSQLConnection: StoreConnection {
    private let name: DataSourceName
    private let session: PostgreSQLSession
    /// The type OID of the key column.
    private let keyType: UInt32

    static func open(_ name: DataSourceName, _ request: DataSetRequest) async throws(DataSetOpenError) -> any DataSet {
      guard !name.database.isEmpty else {
        throw request.error(.badName(found: "the database name is missing", expected: "pgsql://host/database/table=…"))
      }
      let rules = RemoteDataSet.Rules(
        timeLimit: request.options.timeLimit * 1000, cacheSeconds: request.options.cacheSeconds,
        problems: name.problems(of: request))
      let settings = settings(name, request.options)
      let host = SQLHost(name, defaultPort: 5432, isLocal: name.host.hasPrefix("@"))
      return try await RemoteDataSet.open(request, rules) { deadline throws(DataSetError) in
        let session = try host.connect(until: deadline) { address, deadline throws(DataSetError) in
          try PostgreSQLSession(
            settings + hiddenCertificate + (address.map { [("hostaddr", $0)] } ?? []), SQLServer("PostgreSQL", name),
            until: deadline)
        }
        return try PostgreSQLConnection(name, session, until: deadline)
      }
    }

    private init(_ name: DataSourceName, _ session: PostgreSQLSession, until deadline: Deadline) throws(DataSetError) {
      (self.name, self.session) = (name, session)
      let description = try session.prepare(.row(of: name, .postgreSQL), until: deadline)
      try session.checkParameters(of: .rows(of: name, limit: 1, .postgreSQL), 0, until: deadline)
      guard description.columnCount <= DataSourceName.maximumColumns else {
        throw SQLValue.tooManyColumns(description.columnCount, session.server)
      }
      // Only a lookup shows whether the user may read the table.
      _ = try session.checked(try session.lookUp(nil, until: deadline))
      keyType = description.keyType
    }

    func row(for key: String, until deadline: Deadline) throws(DataSetError) -> DataSetRow? {
      // A PostgreSQL text cannot contain a NUL.
      guard !key.utf8.contains(0) else { return nil }
      let result = try session.lookUp(key, until: deadline)
      if let state = result.state, try isForeign(key, state, until: deadline) { return nil }
      guard try session.checked(result).rowCount > 0 else { return nil }
      return DataSetRow(key: key, value: .columns(try result.columns(of: 0, from: 0, session.server)), location: nil)
    }

    func rows(limit: Int, until deadline: Deadline) throws(DataSetError) -> [DataSetRow] {
      var rows = SQLRows(limit: limit)
      let server = session.server
      guard limit > 0 else { return [] }
      try session.listRows(.rows(of: name, limit: limit, .postgreSQL), until: deadline) { result throws(DataSetError) in
        for row in 0..<result.rowCount {
          try rows.add(try result.value(row, 0, server), server) { () throws(DataSetError) in
            try result.columns(of: row, from: 1, server)
          }
        }
      }
      return rows.rows
    }

    /// Whether the database rejects a key, so that no row can have it: letters in a numeric column, or a character that
    /// the database cannot encode.
    ///
    /// A row or the filter may fail with the same state. To tell these cases apart, the key is tried alone.
    private func isForeign(_ key: String, _ state: String, until deadline: Deadline) throws(DataSetError) -> Bool {
      guard ["22P02", "22P03", "22P05", "22003", "22007", "22008"].contains(state) else { return false }
      return try session.read(key, as: keyType, until: deadline).state == state
    }

    /// libpq looks for a client certificate in the directory that `HOME` names. If the user may not read this directory
    /// (root's, after privileges were dropped), TLS fails. In this case libpq gets the path of a file that does not
    /// exist.
    private static var hiddenCertificate: [(name: String, value: String)] {
      guard unsafe getenv("PGSSLCERT") == nil, let home = unsafe getenv("HOME") else { return [] }
      let file = unsafe String(cString: home) + "/.postgresql/postgresql.crt"
      guard unsafe access(file, R_OK) != 0, errno == EACCES else { return [] }
      return [("sslcert", "/dev/null/none")]
    }

    /// A server on the network can request the password in the clear, so this is allowed only if a certificate verifies
    /// the server. Versions of libpq before 16 cannot be kept from sending it.
    static func authentication(_ name: DataSourceName, libraryVersion: Int) -> [(name: String, value: String)] {
      let isLocal = name.host.isEmpty || name.host.hasPrefix("/") || name.host.hasPrefix("@")
      return isLocal || name.tls == .yes || libraryVersion < 160_000 ? [] : [("require_auth", "!password")]
    }

    /// The settings of libpq. They do not include a time limit for queries; the session enforces the deadline.
    static func settings(
      _ name: DataSourceName, _ options: DataSetOptions
    ) -> [(name: String, value: String)] {
      var settings = [
        (name: "dbname", value: name.database), ("application_name", "dkim-milter"), ("client_encoding", "UTF8"),
        // Otherwise libpq would try Kerberos first.
        ("gssencmode", "disable"),
        ("tcp_user_timeout", "\(options.timeLimit * 1000)"), ("keepalives", "1"),
        ("keepalives_idle", "\(Keepalive.standard.idle)"), ("keepalives_interval", "\(Keepalive.standard.interval)"),
        ("keepalives_count", "\(Keepalive.standard.count)"),
      ]
      if !name.host.isEmpty { settings.append(("host", name.host)) }
      if let port = name.port { settings.append(("port", "\(port)")) }
      if let user = name.user { settings.append(("user", user)) }
      if let password = name.password { settings.append(("password", password)) }
      settings += authentication(name, libraryVersion: PostgreSQLSession.libraryVersion)
      switch name.tls {
      case nil: settings.append(("sslmode", "prefer"))
      case .no: settings.append(("sslmode", "disable"))
      case .unverified: settings.append(("sslmode", "require"))
      case .yes:
        settings += [("sslmode", "verify-full"), ("sslrootcert", options.caFile ?? SQLServer.systemAuthorities)]
      }
      return settings
    }
  }
#endif
