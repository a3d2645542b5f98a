@testable import DataSetTestSupport

#if UnixODBC
  import DKIMConfiguration
  import Glibc
  import TestSupport
  import Testing

  @testable import DKIMDataSets

  @Suite(
    "ODBC",
    .enabled(if: PostgreSQLServer.programs != nil && ODBCServer.hasDriver, "PostgreSQL's driver is not installed"),
    .serialized, .postgreSQL)
  struct ODBCTests {
    private static let drivers = ["PostgreSQL Unicode", "PostgreSQL ANSI"]

    private let server: PostgreSQLServer

    init() throws { server = try #require(PostgreSQLServer.current) }

    private func checks(_ driver: String = "PostgreSQL Unicode") -> DatabaseChecks {
      DatabaseChecks(server: ODBCServer(server: server, driver: driver))
    }

    @Test(arguments: drivers)
    func `rows of every sort are found, and only those`(_ driver: String) async throws {
      try await checks(driver).oddRows()
    }

    @Test(arguments: drivers)
    func `several columns, NULL, and keys that are numbers`(_ driver: String) async throws {
      try await checks(driver).severalColumns()
    }

    @Test
    func `a filter is one condition in addition to the key`() async throws { try await checks().filter() }

    @Test
    func `a failing row or filter is an error, and an impossible key is absent`() async throws {
      try await checks().failingRows()
    }

    @Test
    func `a filter with its own parameter is refused`() async throws { try await checks().ownParameters(["v =3D =3F"]) }

    @Test(arguments: drivers)
    func `all rows are listed, up to a limit`(_ driver: String) async throws { try await checks(driver).walk() }

    @Test(arguments: drivers)
    func `long values are refused, and the connection stays usable`(_ driver: String) async throws {
      try await checks(driver).longValues()
    }

    @Test
    func `mistakes are found when the set is opened, with a suggested fix`() async throws {
      try await checks().mistakes()
    }

    @Test
    func `a dropped table is an error, and a new one in its place is read`() async throws {
      try await checks().tableThatComesLater()
    }

    @Test
    func `connections closed by the server are replaced without a failed lookup`() async throws {
      try await checks().endedConnections()
    }

    @Test
    func `a server that is down fails immediately, and works within a second of its return`() async throws {
      try await checks().outage()
    }

    @Test
    func `signing with its tables`() async throws { try await checks().tablesSign() }

    @Test
    func `Mail is deferred while it is down, and signed within a second of its return`() async throws {
      try await checks().outageUnderMail()
    }

    @Test
    func `a silent server fails in time, and works again when it responds`() async throws {
      let specification = ODBCServer(server: server, driver: Self.drivers[0]).specification("kv")
      let set = try await OpenedSet.open(specification, timeLimit: 1)
      #expect(try await set.rows(for: "plain", all: false).count == 1)
      server.fallSilent(true)
      defer { server.fallSilent(false) }
      for key in ["plain", "empty", "colons", "long", "*", "absent"] {
        let failure = await set.failure(key)
        #expect(failure.time < .milliseconds(1700), "\(failure)")
      }
      server.fallSilent(false)
      try await eventually("it works again", within: .seconds(5)) {
        (try? await set.rows(for: "plain", all: false).count) == 1
      }
    }

    @Test
    func `errors describe problems with a data source or a driver`() async throws {
      let table = "/table=kv?keycol=k?datacol=v"
      for (source, said) in [
        ("odbc://localhost/nonesuch\(table)", "name a data source in odbc.ini"),
        ("odbc://nonesuch/\(table)", "ODBC data source nonesuch"),
        ("odbc://u:geheim@localhost/DRIVER=3DNonesuch\(table)", "install the driver"),
        ("odbc://localhost/\(table)", "the data source name is missing"),
        ("odbc://localhost/x\(table)?tls=yes", "tls= is set"),
      ] {
        let refusal = await OpenedSet.refusal("dsn:" + source, softStart: true)
        #expect(refusal?.contains(said) == true && refusal?.contains("geheim") == false, "\(refusal ?? source)")
      }
    }
  }

  @Suite("Faulty ODBC drivers")
  struct ODBCDriverTests {
    @Test(.enabled(if: EndlessDriver.canBeMade, "there is no compiler, or unixODBC's headers are not installed"))
    func `an endless value is a temporary error`() async throws {
      let driver = try await EndlessDriver()
      let set = try await OpenedSet.open(driver.specification, timeLimit: 5)
      let failure = await set.failure("key")
      #expect("\(failure.error.map { "\($0)" } ?? "")".contains("without an end"), "\(failure)")
      if case .temporary = failure.error {} else { Issue.record("\(failure)") }
      #expect(failure.time < .seconds(2))
    }
  }

  @Suite("ODBC data sources")
  struct ODBCSourceTests {
    private func source(_ text: String) throws -> ODBCSource {
      ODBCSource(try DataSourceName("odbc://\(text)/table=t?keycol=k?datacol=v"))
    }

    @Test
    func `with localhost the database is the data source, otherwise the host`() throws {
      let here = try source("me:secret@localhost/mail")
      #expect(here.target == .dataSource("mail") && here.catalog == nil && here.user == "me")
      #expect(here.password == "secret" && here.shown == "ODBC data source mail")
      let other = try source("warehouse/mail")
      #expect(other.target == .dataSource("warehouse") && other.catalog == "mail" && other.user == nil)
      #expect(try source("warehouse/").catalog == nil)
    }

    @Test
    func `user and password are added to a connection string without them, and not shown`() throws {
      let plain = try source("me:se=7Dcret@localhost/DRIVER=3D=7BA B=7D;SERVER=3Ddb;PORT=3D5")
      #expect(plain.target == .connectionString("DRIVER={A B};SERVER=db;PORT=5;UID=me;PWD={se}}cret}"))
      #expect(plain.shown == "ODBC (A B) at db:5")
      let own = try source("me:x@localhost/dsn=3Dmail; uid =3Dyou;pwd=3D=7Ba;b=7D=7D=7D;")
      #expect(own.target == .connectionString("dsn=mail; uid =you;pwd={a;b}}};"))
      #expect(own.shown == "ODBC (data source mail)")
    }
  }
#endif
