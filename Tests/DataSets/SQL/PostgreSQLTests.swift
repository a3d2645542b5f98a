@testable import DataSetTestSupport

#if PostgreSQL
  import DKIMConfiguration
  import Testing

  @testable import DKIMDataSets

  @Suite(
    "PostgreSQL", .enabled(if: PostgreSQLServer.programs != nil, "PostgreSQL is not installed"), .serialized,
    .postgreSQL)
  struct PostgreSQLTests {
    private let checks: DatabaseChecks
    private let server: PostgreSQLServer

    init() throws {
      server = try #require(PostgreSQLServer.current)
      checks = DatabaseChecks(server: server)
    }

    @Test("Rows of every sort are found, and only those")
    func oddRows() async throws { try await checks.oddRows() }

    @Test("Several columns, NULL, and keys that are numbers")
    func severalColumns() async throws { try await checks.severalColumns() }

    @Test("A filter is one condition in addition to the key")
    func filter() async throws { try await checks.filter() }

    @Test("A failing row or filter is an error, and an impossible key is absent")
    func failingRows() async throws { try await checks.failingRows() }

    @Test("A filter with its own parameter is refused")
    func ownParameters() async throws { try await checks.ownParameters(["v =3D $1", "v =3D $2"]) }

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
      .enabled(if: DatabaseChecks.openDKIMKnows("pgsql"), "opendkim or libopendbx1-pgsql is not installed"))
    func openDKIM() async throws { try await checks.openDKIM() }

    @Test("TLS settings: valid, unverified, a wrong authority, a wrong name")
    func encryption() async throws {
      let table = "(SELECT 'me' AS k, ssl=3A=3Atext AS v FROM pg_stat_ssl WHERE pid =3D pg_backend_pid()) AS mine"
      try await checks.encryption({ server.specification(table, host: $0, more: $1) }, key: "me", plain: "false")
    }
  }

  @Suite("Settings and errors of libpq")
  struct PostgreSQLLibraryTests {
    private func authentication(_ source: String, _ version: Int) throws -> [String] {
      let name = try DataSourceName("pgsql://\(source)/db/table=t?keycol=k?datacol=a")
      return PostgreSQLConnection.authentication(name, libraryVersion: version).map { "\($0.name)=\($0.value)" }
    }

    @Test("If libpq supports it, no password is sent in the clear to a server without a checked certificate")
    func clearText() throws {
      #expect(try authentication("me:secret@db.example.net", 160_000) == ["require_auth=!password"])
      #expect(try authentication("me:secret@db.example.net", 150_017).isEmpty)
      for local in ["", "=2Frun=2Fpostgresql", "=40postgres"] { #expect(try authentication(local, 170_000).isEmpty) }
      for (tls, isTold) in [("yes", false), ("no", true), ("unverified", true)] {
        let name = try DataSourceName("pgsql://h/db/table=t?keycol=k?datacol=a?tls=\(tls)")
        #expect(PostgreSQLConnection.authentication(name, libraryVersion: 160_000).isEmpty == !isTold, "\(tls)")
      }
    }

    @Test(
      "A lost connection is temporary, also during the TLS handshake; a bad certificate is not",
      arguments: [
        ("SSL error: unexpected eof while reading", true), ("SSL SYSCALL error: EOF detected", true),
        ("SSL error: certificate verify failed", false), ("server does not support SSL, but SSL was required", false),
        ("authentication method requirement \"!password\" failed: server requested a cleartext password", false),
      ])
    func connecting(_ text: String, _ passes: Bool) {
      let message = "connection to server at \"127.0.0.1\", port 5432 failed: \(text)\n"
      let error = PostgreSQLFailure.connecting(message, SQLServer(named: "it"))
      if case .temporary = error { #expect(passes) } else { #expect(!passes) }
    }
  }
#endif
