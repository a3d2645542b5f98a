@testable import DKIMCore
import DKIMDNS
import Glibc
import SystemPackage
import TestSupport
import Testing

/// All servers for mail: name servers with the keys, a Postfix for each kind of socket, the milter, and the sink that
/// messages are delivered to. They are started once for a suite.
final class MailHouse: Sendable {
  @TaskLocal static var current: MailHouse?

  let folder: MailFolder
  let zones: MailZones
  let sink: Sink
  let client: SMTPClient
  let nameServers: MailNameServers
  let keyFolder: String
  let panel: MailPanel
  private let posts: [MilterSocket: Postfix]
  let milters: MilterRoom

  init() async throws {
    guard let python = Self.python else { throw ChildProcess.Failure("python3 is not installed") }
    folder = try MailFolder()
    zones = try MailZones()
    panel = try MailPanel(keys: zones.keys)
    sink = try await Sink(in: folder, python: python)
    client = try SMTPClient(python: python)
    nameServers = try await MailNameServers(zones, in: folder)
    var posts: [MilterSocket: Postfix] = [:]
    for socket in MilterSocket.allCases {
      posts[socket] = try await Postfix(in: folder, socket: socket, sink: sink.port)
    }
    self.posts = posts
    keyFolder = try folder.makeFolder("dkimkeys", owner: "opendkim")
    milters = MilterRoom(folder: folder)
    try writeKeys()
  }

  func postfix(_ socket: MilterSocket) -> Postfix {
    posts[socket].unsafelyUnwrapped
  }

  /// Returns a milter with `setup` on `socket`: the running one if it has that setup, otherwise a new one.
  @discardableResult
  func milter(_ setup: MilterSetup, _ socket: MilterSocket) async throws -> MilterProcess {
    try await milters.milter(setup, for: postfix(socket), nameServer: nameServers.resolver.port)
  }

  func stop() async {
    await milters.stop()
    for post in posts.values { post.stop() }
    sink.stop()
    await nameServers.stop()
    folder.close()
  }

  /// The setup that signs for ours.test and verifies, like Debian's configuration.
  var standard: MilterSetup {
    MilterSetup(
      "UserID opendkim", "SyslogSuccess yes", "LogWhy yes", "Canonicalization relaxed/simple", "OversignHeaders From",
      "KeyTable file:\(keyFolder)/keytable", "SigningTable refile:\(keyFolder)/signingtable", "DNSTimeout 2")
  }

  /// Keys and tables for the domains of the run.
  private func writeKeys() throws {
    let keys = [("rsa", zones.rsa.pem), ("ed", zones.ed25519.pem)]
    for (name, pem) in keys { try writeKey(pem, name + ".private") }
    let keyTable = keys.map { "\($0.0) ours.test:\($0.0):\(keyFolder)/\($0.0).private\n" }.joined()
    try writeKey(keyTable, "keytable")
    try writeKey("*@ours.test rsa\n*@\(Postfix.hostname) rsa\n", "signingtable")
  }

  func writeKey(_ text: String, _ name: String) throws {
    let file = keyFolder + "/" + name
    try TestFiles.write(Array(text.utf8), to: file)
    try folder.give(file, to: "opendkim")
  }

  static func script(_ name: String) -> String {
    TestFiles.package.appending("Tests/InteropTests/Mail/peers").appending(name).string
  }

  /// Debian's interpreter comes first.
  static let python = ["/usr/bin/python3", "python3"].first { Spawn.run([$0, "-c", ""]) == 0 }

  /// Why the suite cannot run here; nil if it can.
  static let obstacle: String? = {
    if !Postfix.isInstalled { return "Postfix is not installed: Scripts/install test" }
    if getuid() != 0 { return "Postfix can only be started by root" }
    if python == nil { return "python3 is not installed: Scripts/install test" }
    for program in [NameServerProcess.nsd, NameServerProcess.unbound] where !NameServerProcess.isInstalled(program) {
      return "\(program) is not installed: Scripts/install test"
    }
    if getpwnam("opendkim") == nil { return "there is no user opendkim: Scripts/install test" }
    return MilterProgram.underTest.isBuilt ? nil : "\(MilterProgram.underTest.path) is not built"
  }()
}

/// The trait that starts the servers for a suite.
struct MailHouseTrait: SuiteTrait, TestScoping {
  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    let house = try await MailHouse()
    do {
      try await MailHouse.$current.withValue(house) { try await function() }
    } catch {
      await house.stop()
      throw error
    }
    await house.stop()
  }
}

extension Trait where Self == MailHouseTrait {
  static var mailHouse: Self { Self() }
}
