import DKIMCore
import Glibc
import TestSupport
import Testing

@testable import DataSetTestSupport

/// The machines of the suite: stores, milters, and Postfixes in front of them.
final class ScaleOut: Sendable {
  static let obstacle: String? =
    RealMail.obstacle ?? (PostgreSQLServer.programs == nil ? "PostgreSQL is not installed: Scripts/install test" : nil)
    ?? (DirectoryServer.isInstalled ? nil : "slapd is not installed: Scripts/install test")
    ?? (ScaleOut.isBuilt ? nil : "the parts LDAP and PostgreSQL are not built")
  static let comment = Comment(rawValue: obstacle ?? "")
  static var isPossible: Bool { obstacle == nil }
  private static let isBuilt: Bool = {
    #if LDAP && PostgreSQL
      true
    #else
      false
    #endif
  }()

  let house: MailHouse
  let posts: [Postfix]
  let milters: [MilterProcess]
  private let database: PostgreSQLServer
  private let directory: DirectoryServer
  /// The milters listen on this port of 127.0.0.2 and 127.0.0.3.
  private static let hosts: [UInt32] = [2, 3]

  init(_ house: MailHouse) async throws {
    self.house = house
    database = try await PostgreSQLServer()
    directory = try await DirectoryServer(DirectoryEntry.rows([("ours.test", "ourkey")]))
    try await database.run(
      """
      CREATE TABLE keytable (name text PRIMARY KEY, domain text NOT NULL, selector text NOT NULL, key text NOT NULL);
      INSERT INTO keytable VALUES ('ourkey', 'ours.test', 'rsa', \(database.quoted(house.zones.rsa.pem)));
      """)
    let port = try FreePort.find()
    var milters: [MilterProcess] = []
    for host in Self.hosts {
      let settings = [
        "Socket inet:\(port)@127.0.0.\(host)", "UserID opendkim", "Mode s", "SyslogSuccess yes", "OversignHeaders From",
        "KeyTable " + database.specification("keytable", key: "name", columns: "domain,selector,key"),
        "SigningTable \(directory.url)/\(DirectoryServer.rows)?dkimValue?one?(dkimName=$d)",
      ]
      let file = try house.folder.write(settings.joined(separator: "\n") + "\n", to: "scale-\(host).conf")
      milters.append(
        try await MilterProcess(
          .underTest, configuration: file, logFile: house.folder.file("scale-\(host).log"), in: house.folder,
          isListening: { FreePort.isListening(port, lastByte: host) }))
    }
    self.milters = milters
    var posts: [Postfix] = []
    for order in [Self.hosts, Self.hosts.reversed()] {
      posts.append(try await Self.makePostfix(house, milters: order, port: port))
    }
    self.posts = posts
  }

  /// A Postfix that finds all milters by one name, with an order of its own.
  private static func makePostfix(_ house: MailHouse, milters: [UInt32], port: Int) async throws -> Postfix {
    let style = Postfix.Style(
      name: MailHouse.name("scale"), isChrooted: true,
      milterLines: ["smtpd_milters = inet:milters.test:\(port)", "milter_default_action = tempfail"])
    let post = try await Postfix(in: house.folder, style, socket: .tcp, sink: house.sink.port)
    let lines = milters.map { "127.0.0.\($0) milters.test\n" }.joined()
    try TestFiles.write(
      Array(lines.utf8), to: post.queueFolder + "/etc/hosts", permissions: [.ownerReadWrite, .groupRead, .otherRead])
    try TestFiles.write(
      Array("multi on\n".utf8), to: post.queueFolder + "/etc/host.conf",
      permissions: [.ownerReadWrite, .groupRead, .otherRead])
    return post
  }

  /// A key of another domain, in both tables.
  func addKey() async throws {
    let pem = database.quoted(house.zones.foreign.pem)
    try await database.run("INSERT INTO keytable VALUES ('new', 'remote.test', 'good', \(pem));")
    try await directory.add(DirectoryEntry.rows([("remote.test", "new")], from: 100))
  }

  func submit(_ subject: String, _ post: Postfix, from sender: String = "alice@ours.test") async throws -> DeliveredMail
  {
    let recipient = MailHouse.name()
    let envelope = SMTPEnvelope(
      port: post.port(.submission), sender: sender, recipients: [recipient + "@elsewhere.test"])
    let result = try await house.client.send(MailText.ours(subject, from: sender), envelope)
    try #require(result.isAccepted, "\(result)")
    return try await house.sink.take(recipient)
  }

  func load(_ name: String, count: Int, sessions: Int, _ post: Postfix) async throws -> SMTPClient.Load {
    try await house.client.begin(
      name, MailText.ours("load @NUMBER@"), SMTPEnvelope(port: post.port(.submission)), count: count,
      sessions: sessions)
  }

  var logs: String { milters.map(\.log).joined(separator: "\n--\n") + posts.map(\.log).joined(separator: "\n--\n") }

  func stop() async {
    for milter in milters { milter.stop() }
    for post in posts { post.stop() }
    database.remove()
    directory.stop()
  }
}
