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

    @Test(arguments: DatabaseCheck.allCases)
    func `works as every database does`(_ check: DatabaseCheck) async throws {
      try await check.run(checks, port: server.port)
    }

    @Test
    func `a failing row or filter is an error, and an impossible key is absent`() async throws {
      try await checks.failingRows()
    }

    @Test
    func `a filter with its own parameter is refused`() async throws {
      try await checks.ownParameters(["v =3D $1", "v =3D $2"])
    }

    @Test(.enabled(if: DatabaseChecks.openDKIMKnows("pgsql"), "opendkim or libopendbx1-pgsql is not installed"))
    func `results are the same as OpenDKIM's`() async throws { try await checks.openDKIM() }

    @Test
    func `TLS settings: valid, unverified, a wrong authority, a wrong name`() async throws {
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

    @Test
    func `if libpq supports it, no password is sent in the clear to a server without a checked certificate`() throws {
      #expect(try authentication("me:secret@db.example.net", 160_000) == ["require_auth=!password"])
      #expect(try authentication("me:secret@db.example.net", 150_017).isEmpty)
      for local in ["", "=2Frun=2Fpostgresql", "=40postgres"] { #expect(try authentication(local, 170_000).isEmpty) }
      for (tls, isTold) in [("yes", false), ("no", true), ("unverified", true)] {
        let name = try DataSourceName("pgsql://h/db/table=t?keycol=k?datacol=a?tls=\(tls)")
        #expect(PostgreSQLConnection.authentication(name, libraryVersion: 160_000).isEmpty == !isTold, "\(tls)")
      }
    }

    @Test(arguments: [
      ("SSL error: unexpected eof while reading", true), ("SSL SYSCALL error: EOF detected", true),
      ("SSL error: certificate verify failed", false), ("server does not support SSL, but SSL was required", false),
      ("authentication method requirement \"!password\" failed: server requested a cleartext password", false),
    ])
    func `a lost connection is temporary, also during the TLS handshake; a bad certificate is not`(
      _ text: String, _ passes: Bool
    ) {
      let message = "connection to server at \"127.0.0.1\", port 5432 failed: \(text)\n"
      let error = PostgreSQLFailure.connecting(message, SQLServer(named: "it"))
      if case .temporary = error { #expect(passes) } else { #expect(!passes) }
    }
  }
#endif
