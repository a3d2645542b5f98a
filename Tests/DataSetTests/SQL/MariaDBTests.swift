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

    @Test(arguments: DatabaseCheck.allCases)
    func `works as every database does`(_ check: DatabaseCheck) async throws {
      try await check.run(checks, port: server.port)
    }

    @Test
    func `a filter with its own parameter is refused`() async throws { try await checks.ownParameters(["v =3D =3F"]) }

    @Test(.enabled(if: DatabaseChecks.openDKIMKnows("mysql"), "opendkim or libopendbx1-mysql is not installed"))
    func `results are the same as OpenDKIM's`() async throws { try await checks.openDKIM() }

    @Test
    func `TLS settings: valid, unverified, a wrong authority, a wrong name`() async throws {
      let table = "information_schema.session_status"
      try await checks.encryption(
        { server.specification(table, key: "variable_name", columns: "variable_value", host: $0, more: $1) },
        key: "Ssl_cipher", plain: "")
    }
  }
#endif
