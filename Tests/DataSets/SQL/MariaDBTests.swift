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

    @Test("Rows of every sort are found, and only those")
    func oddRows() async throws { try await checks.oddRows() }

    @Test("Several columns, NULL, and keys that are numbers")
    func severalColumns() async throws { try await checks.severalColumns() }

    @Test("A filter is one condition in addition to the key")
    func filter() async throws { try await checks.filter() }

    @Test("A filter with its own parameter is refused")
    func ownParameters() async throws { try await checks.ownParameters(["v =3D =3F"]) }

    @Test("All rows are listed, up to a limit")
    func walk() async throws { try await checks.walk() }

    @Test("Long values are refused, and the connection stays usable")
    func longValues() async throws { try await checks.longValues() }

    @Test("Mistakes are found when the set is opened, with a suggested fix")
    func mistakes() async throws { try await checks.mistakes() }

    @Test("A dropped table is an error, and a new one in its place is read")
    func tableThatComesLater() async throws { try await checks.tableThatComesLater() }

    @Test("Connections closed by the server are replaced without a failed lookup")
    func endedConnections() async throws { try await checks.endedConnections() }

    @Test("A server that is down fails immediately, and works within a second of its return")
    func outage() async throws { try await checks.outage() }

    @Test("A silent server fails in time, also over TLS, and works again when it responds")
    func silence() async throws { try await checks.silence() }

    @Test("An unverified server on another host causes a warning")
    func unchecked() async throws { try await checks.unchecked() }

    @Test("Dead connections are detected")
    func keepalives() async throws { try await checks.keepalives(port: server.port) }

    @Test("Signing with its tables")
    func tablesSign() async throws { try await checks.tablesSign() }

    @Test("Mail is deferred while it is down, and signed within a second of its return")
    func outageUnderMail() async throws { try await checks.outageUnderMail() }

    @Test("Mail is deferred while it is silent, and signed within a second of its return")
    func silenceUnderMail() async throws { try await checks.silenceUnderMail() }

    @Test(
      "Results are the same as OpenDKIM's",
      .enabled(if: DatabaseChecks.openDKIMKnows("mysql"), "opendkim or libopendbx1-mysql is not installed"))
    func openDKIM() async throws { try await checks.openDKIM() }

    @Test("TLS settings: valid, unverified, a wrong authority, a wrong name")
    func encryption() async throws {
      let table = "information_schema.session_status"
      try await checks.encryption(
        { server.specification(table, key: "variable_name", columns: "variable_value", host: $0, more: $1) },
        key: "Ssl_cipher", plain: "")
    }
  }
#endif
