import Glibc
import TestSupport

/// A separate Postfix: configuration, queue and data are in the directory of the run, all ports on 127.0.0.1, without
/// systemd and syslog. All accepted mail is delivered to the sink.
final class Postfix: Sendable {
  static let isInstalled = access("/usr/sbin/postfix", X_OK) == 0
  static let hostname = "mx.ours.test"

  /// The options of a Postfix.
  struct Style: Sendable {
    var name: String
    /// Whether its servers run in a chroot in the queue directory, as Debian's do.
    var isChrooted: Bool
    /// The milter settings in main.cf; by default, it uses `milterPort` or `milterPath`.
    var milterLines: [String]?
  }

  let style: Style
  let socket: MilterSocket
  let configurationFolder: String
  let queueFolder: String
  let logFile: String
  /// The address of the milter.
  let milterPort: Int
  let milterPath: String
  private let ports: [Door: Int]
  private let folder: MailFolder

  /// - Parameter socket: the kind of socket of the milter.
  convenience init(in folder: MailFolder, socket: MilterSocket, sink: Int) async throws {
    let style = Style(name: "postfix-\(socket)", isChrooted: socket == .unix)
    try await self.init(in: folder, style, socket: socket, sink: sink)
  }

  init(in folder: MailFolder, _ style: Style, socket: MilterSocket, sink: Int) async throws {
    self.folder = folder
    self.style = style
    self.socket = socket
    let name = style.name
    _ = try folder.makeFolder(name)
    configurationFolder = try folder.makeFolder(name + "/etc")
    queueFolder = try folder.makeFolder(name + "/queue")
    let data = try folder.makeFolder(name + "/data", owner: "postfix")
    logFile = folder.file(name + "/log")
    milterPort = try FreePort.find()
    milterPath = try folder.makeFolder(name + "/queue/opendkim", owner: "opendkim") + "/opendkim.sock"
    // The group of the socket is that of Postfix.
    guard Spawn.run(["chgrp", "postfix", queueFolder + "/opendkim"]) == 0,
      chmod(queueFolder + "/opendkim", 0o2770) == 0
    else { throw ChildProcess.Failure("no group postfix") }
    var ports: [Door: Int] = [:]
    for door in Door.all { ports[door] = try FreePort.find() }
    self.ports = ports
    _ = try folder.write(main(data: data, sink: sink), to: name + "/etc/main.cf")
    _ = try folder.write(services, to: name + "/etc/master.cf")
    if style.isChrooted { try furnish() }
    try await start()
  }

  func port(_ door: Door) -> Int { ports[door] ?? 0 }

  var milterAddress: String {
    switch socket {
    case .tcp: "inet:127.0.0.1:\(milterPort)"
    case .unix: "unix:opendkim/opendkim.sock"
    }
  }

  var log: String { (try? TestFiles.read(logFile)).map { String(decoding: $0, as: UTF8.self) } ?? "" }

  /// The number of messages in its queue.
  var queued: Int {
    ["incoming", "active", "deferred", "maildrop"].reduce(0) { count, queue in
      count + ((try? filesBelow(queueFolder + "/" + queue)) ?? 0)
    }
  }

  /// Delivers the messages in the queue immediately.
  func flush() { _ = Spawn.run(["postqueue", "-c", configurationFolder, "-f"]) }

  /// Submits a message with sendmail(1).
  func sendmail(_ arguments: [String], message: [UInt8]) throws -> Int {
    let scratch = try TemporaryFolder()
    return try Spawn.run(
      ["/usr/sbin/sendmail", "-C", configurationFolder + "/main.cf"] + arguments, message, in: scratch,
      environment: ["MAIL_CONFIG": configurationFolder]
    ).status
  }

  /// `sudo systemctl reload postfix`, with other milter settings in main.cf.
  func reload(milterLines: [String]) throws {
    let main = try TestFiles.read(configurationFolder + "/main.cf")
    let text = String(decoding: main, as: UTF8.self) + milterLines.joined(separator: "\n") + "\n"
    _ = try folder.write(text, to: style.name + "/etc/main.cf")
    guard Spawn.run(["postfix", "-c", configurationFolder, "reload"]) == 0 else {
      throw ChildProcess.Failure("Postfix does not reload: \(log.suffix(2000))")
    }
  }

  func stop() {
    _ = Spawn.run(["postfix", "-c", configurationFolder, "abort"])
    if let master { folder.forget(master) }
  }

  private var master: pid_t? {
    let bytes = try? TestFiles.read(queueFolder + "/pid/master.pid")
    return bytes.flatMap { pid_t(String(decoding: $0, as: UTF8.self).filter(\.isNumber)) }
  }

  private func start() async throws {
    let scratch = try TemporaryFolder()
    let (status, output) = try Spawn.run(["postfix", "-c", configurationFolder, "start"], [], in: scratch)
    guard status == 0 else {
      throw ChildProcess.Failure("Postfix does not start: \(String(decoding: output, as: UTF8.self)) \(log)")
    }
    try await eventually("Postfix listens") { self.ports.values.allSatisfy { FreePort.isListening($0) } }
    // The first connection starts the server of the port.
    try await Task.sleep(for: .milliseconds(100))
    guard !log.contains("fatal:") else { throw ChildProcess.Failure("Postfix does not start: \(log.prefix(2000))") }
    guard let master else { throw ChildProcess.Failure("Postfix has no master: \(log)") }
    try folder.note(master)
  }

  /// The files that servers in the chroot need to look up names, which Debian's start script copies.
  private func furnish() throws {
    _ = try folder.makeFolder(style.name + "/queue/etc")
    for name in ["hosts", "services", "nsswitch.conf", "resolv.conf", "host.conf", "localtime"] {
      _ = Spawn.run(["cp", "-L", "/etc/" + name, queueFolder + "/etc/" + name])
    }
  }

  private func filesBelow(_ path: String) throws -> Int {
    // Queues are directories of directories, each named by one character.
    try TestFiles.names(in: path).reduce(0) { count, name in
      name.utf8.count == 1 ? count + (try filesBelow(path + "/" + name)) : count + 1
    }
  }
}

extension Postfix {
  private func main(data: String, sink: Int) -> String {
    """
    compatibility_level = 3.6
    queue_directory = \(queueFolder)
    data_directory = \(data)
    command_directory = /usr/sbin
    daemon_directory = /usr/lib/postfix/sbin
    mail_owner = postfix
    setgid_group = postdrop
    maillog_file = \(logFile)
    maillog_file_prefixes = \(folder.path)
    myhostname = \(Self.hostname)
    myorigin = $myhostname
    mydestination =
    mynetworks = 127.0.0.0/8
    inet_protocols = ipv4
    inet_interfaces = 127.0.0.1
    alias_maps =
    alias_database =
    smtpd_authorized_xclient_hosts = 127.0.0.0/8
    smtpd_peername_lookup = no
    relay_domains = static:all
    smtpd_relay_restrictions = reject_unauth_destination
    smtpd_client_connection_count_limit = 0
    smtpd_error_sleep_time = 0
    smtpd_timeout = 300
    default_process_limit = 200
    default_transport = smtp:[127.0.0.1]:\(sink)
    relay_transport = $default_transport
    local_transport = $default_transport
    disable_dns_lookups = yes
    message_size_limit = 0
    mailbox_size_limit = 0
    # Lines that are broken on the way out break signatures.
    smtp_line_length_limit = 0
    smtputf8_enable = yes
    in_flow_delay = 0
    default_destination_concurrency_limit = 50
    \((style.milterLines ?? standardMilterLines).joined(separator: "\n"))

    """
  }

  private var standardMilterLines: [String] {
    [
      "smtpd_milters = \(milterAddress)", "non_smtpd_milters = $smtpd_milters", "milter_default_action = tempfail",
      "internal_mail_filter_classes = bounce", "milter_command_timeout = 60s",
    ]
  }

  private var services: String {
    let chroot = style.isChrooted ? "y" : "n"
    let doors = Door.all.map { door in
      let options =
        style.milterLines == nil
        ? "\n  -o milter_macro_daemon_name=\(door.role.rawValue)\n  -o milter_default_action=\(door.action.rawValue)"
        : ""
      return "127.0.0.1:\(port(door)) inet n - \(chroot) - - smtpd\(options)"
    }
    return doors.joined(separator: "\n") + """

      pickup unix n - n 1 1 pickup
      cleanup unix n - \(chroot) - 0 cleanup
      qmgr unix n - n 300 1 qmgr
      rewrite unix - - n - - trivial-rewrite
      bounce unix - - n - 0 bounce
      defer unix - - n - 0 bounce
      trace unix - - n - 0 bounce
      verify unix - - n - 1 verify
      flush unix n - n 1000? 0 flush
      proxymap unix - - n - - proxymap
      smtp unix - - n - - smtp
      showq unix n - n - - showq
      error unix - - n - - error
      retry unix - - n - - error
      anvil unix - - n - 1 anvil
      scache unix - - n - 1 scache
      postlog unix-dgram n - n - 1 postlogd

      """
  }
}
