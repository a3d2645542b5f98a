import Glibc
import TestSupport
import Testing

/// A machine set up by an administrator with a guide: directories for keys and for the socket, a Postfix without a
/// milter at first, and the milter in the background, as a service manager starts it.
final class Installation: Sendable {
  let house: MailHouse
  let postfix: Postfix
  /// The replacement of /etc/dkimkeys.
  let keys: String
  /// The replacement of /run/opendkim.
  let run: String
  private let name: String

  var port: Int { postfix.milterPort }
  var queue: String { postfix.queueFolder }
  var pidFile: String { run + "/opendkim.pid" }

  init(_ house: MailHouse, isChrooted: Bool) async throws {
    self.house = house
    name = MailHouse.name("machine")
    _ = try house.folder.makeFolder(name)
    keys = try house.folder.makeFolder(name + "/dkimkeys", owner: "opendkim")
    run = try house.folder.makeFolder(name + "/run", owner: "opendkim")
    let style = Postfix.Style(name: name + "/postfix", isChrooted: isChrooted, milterLines: [])
    postfix = try await Postfix(in: house.folder, style, socket: .tcp, sink: house.sink.port)
  }

  func stop() async {
    if let daemon {
      kill(daemon, SIGTERM)
      try? await eventually("the milter ends", within: .seconds(20)) { !Self.isRunning(daemon) }
      house.folder.forget(daemon)
    }
    postfix.stop()
  }

  /// `sudo -u opendkim opendkim-genkey ...`
  func genkey(_ options: String...) throws {
    let program = try tool
    #expect(Spawn.run(["runuser", "-u", "opendkim", "--", program, "genkey"] + options, silently: false) == 0)
  }

  /// The record written by genkey, as entered into DNS by hand: "remove the >"< and connect the lines".
  func record(_ path: String) throws -> String {
    let text = String(decoding: try TestFiles.read(path), as: UTF8.self)
    return text.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
      .filter { $0.offset % 2 == 1 }.map { String($0.element) }.joined()
  }

  /// Writes a configuration file, readable by all users, and returns its path.
  func write(_ name: String, _ lines: String...) throws -> String {
    try house.folder.write(lines.joined(separator: "\n") + "\n", to: self.name + "/" + name)
  }

  /// Starts the milter as systemd does, and waits until `isListening`.
  func start(_ lines: [String], isListening: @Sendable () -> Bool) async throws {
    let program = MilterProgram.underTest
    let resolver = try program.resolverLines(port: house.nameServers.resolver.port, in: house.folder)
    let file = try house.folder.write((lines + resolver).joined(separator: "\n") + "\n", to: name + "/opendkim.conf")
    let log = house.folder.file(name + "/milter.log")
    let status = try await ChildProcess([program.path, "-x", file], log: log).end(within: .seconds(20))
    let text = String(decoding: (try? TestFiles.read(log)) ?? [], as: UTF8.self)
    try #require(status == 0, "the milter ended with \(status): \(text)")
    try await eventually("the milter listens: \(text)", within: .seconds(20)) { self.daemon != nil && isListening() }
    if let daemon { try house.folder.note(daemon) }
  }

  /// The process ID in the pid file.
  var daemon: pid_t? {
    (try? TestFiles.read(pidFile)).flatMap { pid_t(String(decoding: $0, as: UTF8.self).filter(\.isNumber)) }
  }

  /// The child processes, such as the worker under AutoRestart.
  var workers: [pid_t] {
    guard let daemon else { return [] }
    let path = "/proc/\(daemon)/task/\(daemon)/children"
    let text = String(decoding: (try? TestFiles.read(path)) ?? [], as: UTF8.self)
    return text.split(separator: " ").compactMap { pid_t($0) }
  }

  /// Submits mail until it is signed, because Postfix processes started before a reload may serve one more session.
  func submitUntilSigned(_ subject: String, from: String = "alice@ours.test") async throws -> DeliveredMail {
    var mail: DeliveredMail?
    try await eventually("mail is signed", within: .seconds(30)) {
      let sent = try await self.submit(subject, from: from)
      mail = sent
      return !sent.selectors.isEmpty
    }
    return try #require(mail)
  }

  func submit(
    _ subject: String, from: String = "alice@ours.test", client: String = ""
  ) async throws -> DeliveredMail {
    let recipient = MailHouse.name()
    let envelope = SMTPEnvelope(
      port: postfix.port(.submission), sender: from, recipients: [recipient + "@elsewhere.test"], client: client)
    let result = try await house.client.send(MailText.ours(subject, from: from), envelope)
    try #require(result.isAccepted, "\(result)")
    return try await house.sink.take(recipient)
  }

  /// Sends a message signed by remote.test and returns the results.
  func receive() async throws -> DeliveredMail {
    let recipient = MailHouse.name()
    let envelope = SMTPEnvelope(
      port: postfix.port(.exchange), sender: "bob@remote.test", recipients: [recipient + "@ours.test"],
      client: SMTPEnvelope.outsider)
    let result = try await house.client.send(house.signed(MailText.theirs("from far away")), envelope)
    try #require(result.isAccepted, "\(result)")
    return try await house.sink.take(recipient)
  }

  /// A copy that all users may run.
  private var tool: String {
    get throws {
      let copy = house.folder.file("dkimtool")
      if access(copy, X_OK) != 0 {
        try #require(Spawn.run(["install", "-m", "755", TestFiles.programs + "/dkimtool", copy]) == 0)
      }
      return copy
    }
  }

  /// False for a zombie.
  private static func isRunning(_ process: pid_t) -> Bool {
    guard let stat = try? TestFiles.read("/proc/\(process)/stat") else { return false }
    let text = String(decoding: stat, as: UTF8.self)
    return !text[(text.lastIndex(of: ")") ?? text.startIndex)...].hasPrefix(") Z")
  }
}
