import MilterTestSupport
import TestSupport
import Testing

@testable import DKIMConfiguration
@testable import DKIMDataSets
@testable import DataSetTestSupport

/// The program reads the examples of Docs/ScalingOut.md, and signs.
@Suite("Examples of ScalingOut")
struct ScalingOutTests {
  private let blocks: DocumentedBlocks

  init() throws { blocks = try DocumentedBlocks("Docs/ScalingOut.md") }

  /// The settings of a block, which must have no errors.
  private func settings(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> Settings {
    let folder = try TestFiles.makeFolder("/tmp/documented.")
    defer { TestFiles.removeFolder(folder) }
    try TestFiles.write(Array(text.utf8), to: folder + "/opendkim.conf")
    let (settings, problems) = Settings.read(path: folder + "/opendkim.conf")
    #expect(problems.isEmpty, "\(problems)", sourceLocation: sourceLocation)
    return settings
  }

  @Test
  func `every block of settings is tested`() { #expect(blocks.names("conf") == ["milters", "postfix"]) }

  @Test
  func `the settings of the milters and the names of their data sets are read`() async throws {
    let settings = try settings(blocks.block("conf milters"))
    #expect(settings.entries.count == 7)
    let keys = try DataSetSpecification(#require(settings.text("KeyTable")))
    let source = try DataSourceName(keys.name)
    #expect(keys.kind == .dsn && source.backend == "pgsql" && source.tls == .yes)
    #expect(source.keyColumn == "name" && source.dataColumns == ["domain", "selector", "key"])
    let senders = try #require(settings.text("SigningTable"))
    #expect(try DataSetSpecification(senders).kind == .ldap)
    let directory = try LDAPName(senders)
    #expect(directory.servers.count == 2 && directory.attributes.count == 1 && directory.holdsKey)
    let internals = try #require(settings.text("InternalHosts"))
    let hosts = try await HostList(DataSets.open(internals, location: nil))
    for address in ["127.0.0.1", "::1", "192.0.2.7"] {
      #expect(try await hosts.match(name: nil, address: IPAddress(address)) != nil, "\(address)")
    }
    #expect(try await hosts.match(name: nil, address: IPAddress("198.51.100.7")) == nil)
  }

  @Test
  func `Postfix sends its mail to the port of the milters, including the one on its own host`() throws {
    let socket = try #require(try settings(blocks.block("conf milters")).text("Socket"))
    let postfix = PostfixConfiguration(main: Array(try blocks.block("conf postfix").utf8), master: [], file: "main.cf")
    let port = try #require(socket.split(separator: "@").first).split(separator: ":").last
    #expect(postfix.milters("smtpd_milters").map { $0.split(separator: ":").last } == [port])
    #expect(postfix.milters("non_smtpd_milters") == postfix.milters("smtpd_milters"))
    #expect(postfix.value("milter_default_action") == "tempfail")
  }

  #if PostgreSQL && LDAP
    @Test(
      .enabled(
        if: PostgreSQLServer.programs != nil && DirectoryServer.isInstalled, "PostgreSQL or slapd is not installed"))
    func `the milters sign with a table in PostgreSQL and a table in a directory`() async throws {
      let database = try await PostgreSQLServer()
      defer { database.remove() }
      let directory = try await DirectoryServer([], tls: "IP:127.0.0.1")
      try await SigningScene.run { scene in
        let (_, domain, selector, path) = scene.keyRow
        let locations = [
          (
            "dkim:secret@5432+db.example.net/mail",
            "odk:\(PostgreSQLServer.encodedPassword)@\(database.port)+127.0.0.1/postgres"
          ),
          ("ou=keys,dc=example,dc=net", DirectoryServer.rows), ("ldap1.example.net", "127.0.0.1:\(directory.port)"),
          ("ldap2.example.net", "127.0.0.1:\(directory.port)"), ("/etc/dkimkeys/s2026.private", path),
          ("s2026", selector), ("example.com", domain),
        ]
        func block(_ head: String) throws -> String {
          try locations.reduce(blocks.block(head)) { $0.replacing($1.0, with: $1.1) }
        }
        try await database.run(block("sql keytable") + block("sql new"))
        try await directory.add(block("ldif signingtable"))
        let authorities = try TestFiles.read(database.authority.file) + TestFiles.read(directory.caFile)
        try TestFiles.write(authorities, to: scene.folder + "/authorities.pem")
        let settings = try settings(block("conf milters"))
        try await scene.expectSigned(
          keyTable: #require(settings.text("KeyTable")), signingTable: #require(settings.text("SigningTable")),
          settings: settings.entries.filter { !["Socket", "KeyTable", "SigningTable"].contains($0.definition.name) }
            .map { "\($0.definition.name) \($0.value)" } + ["DataSetCAFile \(scene.folder)/authorities.pem"])
      }
    }
  #endif
}
