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

    @Test("Rows of every sort are found, and no others")
    func oddRows() async throws { try await checks.oddRows() }

    @Test("Several columns, NULL, and keys that are numbers")
    func severalColumns() async throws { try await checks.severalColumns() }

    @Test("A filter is one condition beside the key")
    func filter() async throws { try await checks.filter() }

    @Test("A row or a filter that fails is an error, and a key that can be none is not there")
    func failingRows() async throws { try await checks.failingRows() }

    @Test("A filter with a parameter of its own is refused")
    func ownParameters() async throws { try await checks.ownParameters(["v =3D $1", "v =3D $2"]) }

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
      .enabled(if: DatabaseChecks.openDKIMKnows("pgsql"), "opendkim or libopendbx1-pgsql is not installed"))
    func openDKIM() async throws { try await checks.openDKIM() }

    @Test("TLS as it is asked for: good, unverified, a wrong authority, a wrong name")
    func encryption() async throws {
      let table = "(SELECT 'me' AS k, ssl=3A=3Atext AS v FROM pg_stat_ssl WHERE pid =3D pg_backend_pid()) AS mine"
      try await checks.encryption({ server.specification(table, host: $0, more: $1) }, key: "me", plain: "false")
    }
  }

  @Suite("What libpq is told, and what it says")
  struct PostgreSQLLibraryTests {
    private func authentication(_ source: String, _ version: Int) throws -> [String] {
      let name = try DataSourceName("pgsql://\(source)/db/table=t?keycol=k?datacol=a")
      return PostgreSQLConnection.authentication(name, libraryVersion: version).map { "\($0.name)=\($0.value)" }
    }

    @Test("No password goes in clear to a host whose certificate is not checked, where the library can be told so")
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
      "A server that goes away passes, also while TLS is set up; a certificate that is not good does not",
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
