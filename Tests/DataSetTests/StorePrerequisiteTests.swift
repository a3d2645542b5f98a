import Glibc
import Testing

@testable import DataSetTestSupport

/// When `make` runs the suites, none of them may be skipped because something is not installed.
@Suite("Requirements of the data set suites")
struct StorePrerequisiteTests {
  /// DKIM_INTEROP_REQUIRED: a missing program is a failure.
  private static let isRequired = getenv("DKIM_INTEROP_REQUIRED") != nil

  private static var needed: [(name: String, isThere: Bool)] {
    var needed = [
      ("redis-server", RedisServer.isInstalled), ("memcached", MemcachedServer.isInstalled),
      ("opendkim", OpenDKIMQuery.isInstalled),
    ]
    #if PostgreSQL
      needed.append(("PostgreSQL", PostgreSQLServer.programs != nil))
      needed.append(("libopendbx1-pgsql", DatabaseChecks.openDKIMKnows("pgsql")))
    #endif
    #if MariaDB
      needed.append(("MariaDB", MariaDBServer.isInstalled))
      needed.append(("libopendbx1-mysql", DatabaseChecks.openDKIMKnows("mysql")))
    #endif
    #if UnixODBC
      needed.append(("odbc-postgresql", ODBCServer.hasDriver))
      needed.append(("a compiler and unixodbc-dev", EndlessDriver.canBeMade))
    #endif
    #if OpenDBX
      needed.append(("libopendbx1-sqlite3", OpenDBXTests.backend != nil))
    #endif
    #if LDAP
      needed.append(("slapd", DirectoryServer.isInstalled))
    #endif
    #if Erlang
      needed.append(("erlang-base", ErlangMapper.isInstalled))
    #endif
    return needed
  }

  @Test(.enabled(if: isRequired, "DKIM_INTEROP_REQUIRED is not set"))
  func `every server, driver and backend is installed`() {
    #expect(Self.needed.filter { !$0.isThere }.map(\.name).isEmpty)
    #expect(Self.needed.count >= 3)
  }
}
