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

    @Test("Rows of every sort are found, and no others")
    func oddRows() async throws { try await checks.oddRows() }

    @Test("Several columns, NULL, and keys that are numbers")
    func severalColumns() async throws { try await checks.severalColumns() }

    @Test("A filter is one condition beside the key")
    func filter() async throws { try await checks.filter() }

    @Test("A filter with a parameter of its own is refused")
    func ownParameters() async throws { try await checks.ownParameters(["v =3D =3F"]) }

    @Test("All rows are walked, up to a limit")
    func walk() async throws { try await checks.walk() }

    @Test("Long values are refused, and the connection goes on")
    func longValues() async throws { try await checks.longValues() }

    @Test("What is written wrongly is found when the set is opened, and how to fix it is told")
    func mistakes() async throws { try await checks.mistakes() }

    @Test("A table that goes is an error, and one that comes in its place is read")
    func tableThatComesLater() async throws { try await checks.tableThatComesLater() }

    @Test("Connections that the server has ended are replaced without a question lost")
    func endedConnections() async throws { try await checks.endedConnections() }

    @Test("A server that is down fails at once, and works within a second of its return")
    func outage() async throws { try await checks.outage() }

    @Test("A silent server fails in its time, over TLS too, and works again when it goes on")
    func silence() async throws { try await checks.silence() }

    @Test("One on another host that nobody checks is told")
    func unchecked() async throws { try await checks.unchecked() }

    @Test("Connections find out that they have gone")
    func keepalives() async throws { try await checks.keepalives(port: server.port) }

    @Test("Tables in it sign mail")
    func tablesSign() async throws { try await checks.tablesSign() }

    @Test("Mail is put off while it is down, and signed within a second of its return")
    func outageUnderMail() async throws { try await checks.outageUnderMail() }

    @Test("Mail is put off while it is silent, and signed within a second of its return")
    func silenceUnderMail() async throws { try await checks.silenceUnderMail() }

    @Test(
      "It answers what OpenDKIM reads",
      .enabled(if: DatabaseChecks.openDKIMKnows("mysql"), "opendkim or libopendbx1-mysql is not installed"))
    func openDKIM() async throws { try await checks.openDKIM() }

    @Test("TLS as it is asked for: good, unverified, a wrong authority, a wrong name")
    func encryption() async throws {
      let table = "information_schema.session_status"
      try await checks.encryption(
        { server.specification(table, key: "variable_name", columns: "variable_value", host: $0, more: $1) },
        key: "Ssl_cipher", plain: "")
    }
  }
#endif
