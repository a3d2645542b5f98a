import Testing

@testable import DKIMConfiguration
@testable import DKIMDataSets

@Suite("Unverified database servers")
struct DataSourceTrustTests {
  private func problems(_ source: String) throws -> [ConfigurationProblem] {
    let text = "\(source)/db/table=t?keycol=k?datacol=a"
    let name = try DataSourceName(text)
    let request = DataSetRequest(
      kind: .dsn, name: text, specification: "dsn:…", location: FileLocation(file: "conf", line: 3),
      options: DataSetOptions())
    return name.problems(of: request)
  }

  @Test
  func `a password for another host without tls= causes a warning`() throws {
    for source in ["pgsql://me:secret@db.example.net", "mysql://me:secret@3306+192.0.2.1", "pgsql://me:s@a,b"] {
      let problem = try #require(try problems(source).first, "\(source)")
      #expect(problem.severity == .warning && problem.location?.line == 3)
      #expect(problem.text.contains("the server's identity is not checked") && problem.fix?.contains("tls=yes") == true)
      #expect(!"\(problem)".contains("secret"))
    }
  }

  @Test(arguments: [
    "pgsql://me:secret@127.0.0.1", "pgsql://me:secret@=2Frun=2Fpostgresql", "pgsql://me:secret@=40postgres",
    "mysql://me:secret@localhost", "mysql://me:secret@3306+[::1]", "pgsql://me@db.example.net",
  ])
  func `on this host, without a password, or with tls=, there is no warning`(_ source: String) throws {
    #expect(try problems(source).isEmpty)
  }

  @Test(arguments: ["yes", "no", "unverified"])
  func `tls= is an explicit decision`(_ tls: String) throws {
    let name = try DataSourceName("pgsql://me:secret@db.example.net/db/table=t?keycol=k?datacol=a?tls=\(tls)")
    let request = DataSetRequest(kind: .dsn, name: "", specification: "dsn:…", location: nil, options: DataSetOptions())
    #expect(name.problems(of: request).isEmpty)
  }

  #if PostgreSQL
    @Test
    func `PostgreSQL connections use keepalive`() throws {
      let name = try DataSourceName("pgsql://h/db/table=t?keycol=k?datacol=a")
      let settings = PostgreSQLConnection.settings(name, DataSetOptions()).map { "\($0.name)=\($0.value)" }
      for wanted in ["keepalives=1", "keepalives_idle=60", "keepalives_interval=15", "keepalives_count=4"] {
        #expect(settings.contains(wanted))
      }
    }
  #endif
}
