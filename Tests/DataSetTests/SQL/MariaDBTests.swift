@testable import DataSetTestSupport

#if MariaDB
  import DKIMConfiguration
  import Testing

  @Suite(
    "MariaDB", .enabled(if: MariaDBServer.isInstalled, "MariaDB is not installed"), .serialized,
    .mariaDB)
  struct MariaDBTests {
    private let checks: DatabaseChecks
    private let server: MariaDBServer

    init() throws {
      server = try #require(MariaDBServer.current)
      checks = DatabaseChecks(server: server)
    }

    @Test
    func `rows of every sort are found, and only those`() async throws { try await checks.oddRows() }

    @Test
    func `several columns, NULL, and keys that are numbers`() async throws { try await checks.severalColumns() }

    @Test
    func `a filter is one condition in addition to the key`() async throws { try await checks.filter() }

    @Test
    func `a filter with its own parameter is refused`() async throws { try await checks.ownParameters(["v =3D =3F"]) }

    @Test
    func `all rows are listed, up to a limit`() async throws { try await checks.walk() }

    @Test
    func `long values are refused, and the connection stays usable`() async throws { try await checks.longValues() }

    @Test
    func `mistakes are found when the set is opened, with a suggested fix`() async throws {
      try await checks.mistakes()
    }

    @Test
    func `a dropped table is an error, and a new one in its place is read`() async throws {
      try await checks.tableThatComesLater()
    }

    @Test
    func `connections closed by the server are replaced without a failed lookup`() async throws {
      try await checks.endedConnections()
    }

    @Test
    func `a server that is down fails immediately, and works within a second of its return`() async throws {
      try await checks.outage()
    }

    @Test
    func `a silent server fails in time, also over TLS, and works again when it responds`() async throws {
      try await checks.silence()
    }

    @Test
    func `an unverified server on another host causes a warning`() async throws { try await checks.unchecked() }

    @Test
    func `dead connections are detected`() async throws { try await checks.keepalives(port: server.port) }

    @Test
    func `signing with its tables`() async throws { try await checks.tablesSign() }

    @Test
    func `Mail is deferred while it is down, and signed within a second of its return`() async throws {
      try await checks.outageUnderMail()
    }

    @Test
    func `Mail is deferred while it is silent, and signed within a second of its return`() async throws {
      try await checks.silenceUnderMail()
    }

    @Test(.enabled(if: DatabaseChecks.openDKIMKnows("mysql"), "opendkim or libopendbx1-mysql is not installed"))
    func `results are the same as OpenDKIM's`() async throws { try await checks.openDKIM() }

    @Test(
      .enabled(if: StatisticsImport.canRun, "opendkim-tools or libopendbx1-mysql is not installed"))
    func `the statistics of the milter are imported by opendkim-importstats`() async throws {
      try await StatisticsImport.check(server)
    }

    @Test
    func `TLS settings: valid, unverified, a wrong authority, a wrong name`() async throws {
      let table = "information_schema.session_status"
      try await checks.encryption(
        { server.specification(table, key: "variable_name", columns: "variable_value", host: $0, more: $1) },
        key: "Ssl_cipher", plain: "")
    }
  }
#endif
