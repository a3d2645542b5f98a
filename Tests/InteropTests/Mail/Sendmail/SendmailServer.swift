import Glibc
import TestSupport
import Testing

/// A Sendmail with a configuration, a queue and a port of its own, whose milter may run or not. It has no syslog and looks
/// up no host names. Everything it accepts goes to the sink of the house.
final class SendmailServer: Sendable {
  /// Where `Scripts/unpack-sendmail` has put the packages.
  private static let root = TestFiles.package.appending(".build/sendmail").string
  private static let program = root + "/usr/libexec/sendmail/sendmail"

  /// Why Sendmail cannot be started; nil if it can.
  static let obstacle: String? = {
    if getuid() != 0 { return "Sendmail can only be started by root" }
    if access(program, X_OK) != 0 { return "Sendmail is not unpacked in \(root): Scripts/install test" }
    if Spawn.run(["sh", "-c", "! ldd \"$0\" | grep -q 'not found'", program]) != 0 {
      return "\(program) lacks a library: Scripts/install test"
    }
    if Spawn.run(["m4", "--version"]) != 0 { return "m4 is not installed: Scripts/install test" }
    return Spawn.run(["cc", "--version"]) == 0 ? nil : "cc is not installed: Scripts/install test"
  }()

  /// An address that InternalHosts does not have.
  static let outsider = "127.0.0.2"

  /// The options of a Sendmail.
  struct Style: Sendable {
    /// How it reaches the milter.
    var socket: MilterSocket
    /// What follows `S=` in INPUT_MAIL_FILTER.
    var options = ", F=T"
    /// Further lines of sendmail.mc.
    var lines: [String] = []
  }

  /// The name of its folder.
  let name: String
  private let house: MailHouse
  private let style: Style
  private let port: Int
  private let milterPort: Int
  private let milterPath: String
  private let process: ChildProcess

  init(_ house: MailHouse, _ style: Style) async throws {
    self.house = house
    self.style = style
    name = MailHouse.name("sendmail")
    let home = try house.folder.makeFolder(name)
    _ = try house.folder.makeFolder(name + "/queue", owner: "root")
    milterPath = try house.folder.makeFolder(name + "/run", owner: "opendkim") + "/opendkim.sock"
    port = try FreePort.find()
    milterPort = try FreePort.find()
    let milter = style.socket == .tcp ? "inet:\(milterPort)@localhost" : "local:\(milterPath)"
    let filter = "INPUT_MAIL_FILTER(`dkim-milter', `S=\(milter)\(style.options)')dnl"
    let lines = Self.lines(home: home, port: port, sink: house.sink.port) + [filter] + style.lines
    let configuration = try Self.configure(lines + ["MAILER(`smtp')dnl"])
    _ = try house.folder.write(configuration, to: name + "/sendmail.cf")
    // No map and no file, so no other service either.
    _ = try house.folder.write("hosts files\naliases files\npasswd files\n", to: name + "/switch")
    try Compiler.compile(MailHouse.script("no_names.c"), to: home + "/no_names.so", flags: "-shared -fPIC")
    process = try ChildProcess(
      [Self.program, "-C", home + "/sendmail.cf", "-bD", "-X", home + "/transcript"],
      environment: ["LD_PRELOAD": home + "/no_names.so"], log: home + "/log")
    try house.folder.note(process.id)
    try await eventually("Sendmail listens", within: .seconds(30)) { [process, port] in
      if !process.isRunning { throw ChildProcess.Failure("Sendmail ended: \(Self.text(home + "/log"))") }
      return FreePort.isListening(port)
    }
  }

  func stop() {
    process.stop()
    house.folder.forget(process.id)
  }

  /// The number of messages in its queue.
  var queued: Int {
    get throws { try TestFiles.names(in: house.folder.file(name + "/queue")).count { $0.hasPrefix("qf") } }
  }

  /// The end of its SMTP sessions, for errors.
  var transcript: String { String(Self.text(house.folder.file(name + "/transcript")).suffix(2000)) }

  /// Starts the milter that this Sendmail uses.
  func startMilter(_ setup: MilterSetup) async throws -> MilterProcess {
    var lines = setup.lines
    lines += try MilterProgram.underTest.resolverLines(port: house.nameServers.resolver.port, in: house.folder)
    lines.append(style.socket == .tcp ? "Socket inet:\(milterPort)@127.0.0.1" : "Socket local:\(milterPath)")
    let file = try house.folder.write(lines.joined(separator: "\n") + "\n", to: name + "/opendkim.conf")
    return try await MilterProcess(
      .underTest, configuration: file, logFile: house.folder.file(name + "/milter.log"), in: house.folder,
      isListening: { [style, milterPort, milterPath] in
        style.socket == .tcp ? FreePort.isListening(milterPort) : UnixSocket.isListening(milterPath)
      })
  }

  /// Submits a message, from an internal client unless `source` is another one.
  func send(
    _ message: [UInt8], to recipient: String, from sender: String = "alice@ours.test", source: String = ""
  ) async throws -> SMTPResult {
    var envelope = envelope(sender, source: source)
    envelope.recipients = [recipient + "@elsewhere.test"]
    return try await house.client.send(message, envelope)
  }

  /// Submits a message, which must be accepted, and returns it as delivered.
  func deliver(
    _ message: [UInt8], from sender: String = "alice@ours.test", source: String = ""
  ) async throws -> DeliveredMail {
    let recipient = MailHouse.name()
    let result = try await send(message, to: recipient, from: sender, source: source)
    guard result.isAccepted else {
      throw ChildProcess.Failure("\(result.step): \(result.reply)\n\(transcript)")
    }
    return try await house.sink.take(recipient)
  }

  /// Sends `count` messages in one session.
  func load(_ name: String, count: Int) async throws -> LoadResult {
    try await house.client.load(
      name, MailText.ours("load @NUMBER@"), envelope("alice@ours.test"), count: count, sessions: 1)
  }

  private func envelope(_ sender: String, source: String = "") -> SMTPEnvelope {
    SMTPEnvelope(port: port, sender: sender, parameters: "BODY=8BITMIME", source: source)
  }

  // MARK: Configuration

  private static func lines(home: String, port: Int, sink: Int) -> [String] {
    let definitions = [
      // Sendmail's name, $j.
      ("confDOMAIN_NAME", Postfix.hostname), ("confPID_FILE", home + "/pid"), ("QUEUE_DIR", home + "/queue"),
      ("STATUS_FILE", ""), ("ALIAS_FILE", ""), ("HELP_FILE", ""), ("confLOG_LEVEL", "0"), ("confTO_IDENT", "0"),
      ("confSERVICE_SWITCH_FILE", home + "/switch"),
      // A busy machine accepts mail and delivers it immediately, too.
      ("confQUEUE_LA", "1000"), ("confREFUSE_LA", "1000"),
      ("SMART_HOST", "relay:[127.0.0.1]"), ("RELAY_MAILER_ARGS", "TCP $h \(sink)"),
    ]
    return ["OSTYPE(`linux')dnl"] + definitions.map { "define(`\($0)', `\($1)')dnl" } + [
      "FEATURE(`nocanonify')dnl", "FEATURE(`accept_unresolvable_domains')dnl", "FEATURE(`no_default_msa')dnl",
      "RELAY_DOMAIN(`elsewhere.test')dnl", "DAEMON_OPTIONS(`Name=MTA, Addr=127.0.0.1, Port=\(port)')dnl",
    ]
  }

  /// sendmail.cf from the lines of sendmail.mc.
  private static func configure(_ lines: [String]) throws -> String {
    let cf = root + "/usr/share/sendmail/cf/"
    let scratch = try TemporaryFolder()
    let (status, output) = try Spawn.run(
      ["m4", "-D_CF_DIR_=\(cf)", cf + "m4/cf.m4", "-"], Array((lines.joined(separator: "\n") + "\n").utf8),
      in: scratch)
    guard status == 0 else { throw ChildProcess.Failure("m4 ends with \(status)") }
    return String(decoding: output, as: UTF8.self)
  }

  private static func text(_ path: String) -> String {
    String(decoding: (try? TestFiles.read(path)) ?? [], as: UTF8.self)
  }
}
