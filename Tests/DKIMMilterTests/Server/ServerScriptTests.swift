import Glibc
import MilterPeer
import TestSupport
import Testing

@testable import DKIMMilter

/// The behavior of the process that shell scripts, service files and log parsers depend on.
@Suite("Server: as scripts see it", .timeLimit(.minutes(5)))
struct ServerScriptTests {
  @Test(arguments: [[], ["-A"]])
  func `a shell that reads the output gets the prompt back when the filter is ready`(options: [String]) async throws {
    let folder = try MilterFolder()
    let process = try await start(options, in: folder) { configuration, options in
      let script = "x=$(\"$0\" \"$@\" 2>&1); echo \"status $? [$x]\""
      let shell = try ChildProcess(
        ["/bin/sh", "-c", script, MilterBinary.path, "-x", configuration] + options, log: folder.file("shell"))
      #expect(try await shell.end(within: .seconds(20)) == 0)
      #expect(folder.read("shell") == "status 0 []\n")
    }
    defer { kill(process, SIGKILL) }
    // This also holds after a worker has failed and another one runs.
    if let worker = ProcessFacts.children(of: process).first {
      kill(worker, SIGKILL)
      try await eventually("there is another worker") { ProcessFacts.children(of: process).contains { $0 != worker } }
    }
    #expect(try await MilterConnection(.unix(path: folder.file("socket"))).signs())
    try await end(process, in: folder)
  }

  @Test(arguments: ["dkim-milter", "opendkim"], [[], ["-A"]])
  func `the process and its child processes have the name that the program was called by`(
    name: String, options: [String]
  ) async throws {
    let folder = try MilterFolder()
    symlink(MilterBinary.path, folder.file(name))
    let process = try await start(options, in: folder) { configuration, options in
      let run = try ChildProcess([folder.file(name), "-x", configuration] + options, log: folder.file("shell"))
      #expect(try await run.end(within: .seconds(20)) == 0)
    }
    defer { kill(process, SIGKILL) }
    for number in [process] + ProcessFacts.children(of: process) {
      #expect(try ProcessFacts(number).status["Name"] == name)
    }
    try await end(process, in: folder)
  }

  @Test
  func `called opendkim, it logs the lines that log parsers for OpenDKIM expect`() async throws {
    let folder = try MilterFolder()
    symlink(MilterBinary.path, folder.file("opendkim"))
    let configuration = try folder.configure(folder.signing + ["Socket local:\(folder.file("socket"))"])
    let milter = try ChildProcess([folder.file("opendkim"), "-f", "-x", configuration], log: folder.file("log"))
    let address = PeerAddress.unix(path: folder.file("socket"))
    try await eventually("it listens: \(folder.read("log"))") { await MilterDaemon.answers(address) }
    #expect(try await MilterConnection(address).signs())
    #expect(milter.stop() == 0)
    let log = folder.read("log")
    for line in [
      "OpenDKIM Filter v2.11.0 starting (args: -f -x \(configuration))",
      "OpenDKIM Filter v2.11.0 terminating with status 0, errno = 0",
      "the program is dkim-milter v\(Product.version)",
    ] {
      #expect(log.contains("opendkim[\(milter.id)]: \(line)\n"), "\(line) is missing in \(log)")
    }
  }

  @Test(arguments: [[], ["-A"]])
  func `called opendkim, it reports a socket that cannot be bound in OpenDKIM's words`(options: [String]) async throws {
    let folder = try MilterFolder()
    symlink(MilterBinary.path, folder.file("opendkim"))
    let name = "local:\(folder.file("missing/socket"))"
    let configuration = try folder.configure(folder.signing + ["Socket \(name)"])
    let milter = try ChildProcess(
      [folder.file("opendkim"), "-f", "-x", configuration] + options, log: folder.file("log"))
    #expect(try await milter.end() == 69)
    let log = folder.read("log")
    #expect(log.contains("]: OpenDKIM Filter: Unable to bind to port \(name): No such file or directory\n"), "\(log)")
    #expect(log.contains("]: OpenDKIM Filter: Unable to create listening socket on conn \(name)\n"), "\(log)")
    #expect(log.contains("\nopendkim: cannot listen on \(name)"), "\(log)")
  }

  @Test(arguments: ["missing/pid", ""], [[], ["-A"]])
  func `a PidFile that cannot be written is logged, and the filter runs`(name: String, options: [String]) async throws {
    let folder = try MilterFolder()
    let milter = try await MilterDaemon(folder, lines: ["PidFile \(folder.file(name))"], arguments: options)
    try await milter.logs("can't write pid to \(folder.file(name)): ")
    #expect(try await milter.connect().signs())
    #expect(milter.process.stop() == 0)
  }

  @Test(arguments: [[], ["-A"]])
  func `a configuration from a pipe is read once, and kept for workers and reloads`(options: [String]) async throws {
    let folder = try MilterFolder()
    let process = try await start(options, in: folder) { configuration, options in
      let script = "file=$1; shift; \"$0\" -x <(cat \"$file\") \"$@\""
      let shell = try ChildProcess(
        ["/bin/bash", "-c", script, MilterBinary.path, configuration] + options, log: folder.file("shell"))
      #expect(try await shell.end(within: .seconds(20)) == 0, "\(folder.read("shell"))")
    }
    defer { kill(process, SIGKILL) }
    let address = PeerAddress.unix(path: folder.file("socket"))
    #expect(try await MilterConnection(address).signs())
    kill(process, SIGHUP)
    if let worker = ProcessFacts.children(of: process).first { kill(worker, SIGKILL) }
    try await eventually("it signs after that") { (try? await MilterConnection(address).signs()) == true }
    try await end(process, in: folder)
  }

  @Test
  func `-x reads standard input and /dev/null`() async throws {
    let folder = try MilterFolder()
    let text = "Socket inet:8891@localhost\nUserID root\nDomain example.com\n"
    let check = try await MilterRun(["-n", "-x", "/dev/stdin"], in: folder, input: text)
    #expect(check.status == 78)
    #expect(check.errors.contains("/dev/stdin:3: error: Domain requires KeyFile and Selector"), "\(check.errors)")
    let setting = try await MilterRun(["-e", "Domain", "-x", "/dev/stdin"], in: folder, input: text)
    #expect(setting.status == 0)
    #expect(setting.output == "example.com\n")
    let empty = try await MilterRun(["-n", "-x", "/dev/null"], in: folder)
    #expect(empty.status == 0, "\(empty.errors)")
    let endless = try await MilterRun(["-n", "-x", "/dev/zero"], in: folder)
    #expect(endless.status == 78)
    #expect(endless.errors.contains("/dev/zero"), "\(endless.errors)")
  }

  @Test(arguments: ["full", "gone", "/dev/full"])
  func `a full or closed standard error does not delay the start`(kind: String) async throws {
    let folder = try MilterFolder()
    let configuration = try folder.configure(folder.signing + ["Socket local:\(folder.file("socket"))", "LogWhy yes"])
    mkfifo(folder.file("pipe"), 0o600)
    // Descriptor 9 keeps the pipe open for reading, and reads nothing from it.
    let fill = "exec 9<> pipe; head -c 1000000 /dev/zero 2> /dev/null | timeout 1 cat > pipe;"
    let script =
      switch kind {
      case "full": "\(fill) exec \"$0\" \"$@\" 2> pipe"
      case "gone": "(sleep 0.2; cat pipe > /dev/null & sleep 0.2; kill $!) & exec \"$0\" \"$@\" 2> pipe"
      default: "exec \"$0\" \"$@\" 2> \(kind)"
      }
    let process = try ChildProcess(
      ["/bin/bash", "-c", "cd \"$1\"; shift; \(script)", MilterBinary.path, folder.path, "-f", "-x", configuration])
    let address = PeerAddress.unix(path: folder.file("socket"))
    try await eventually("it listens", within: .seconds(20)) { await MilterDaemon.answers(address) }
    #expect(try await MilterConnection(address).signs())
    #expect(process.stop() == 0)
  }

  @Test(.enabled(if: geteuid() == 0))
  func `started by root without UserID, it runs, and reports the line to add`() async throws {
    let folder = try MilterFolder()
    let lines = folder.signing.filter { !$0.hasPrefix("UserID") } + ["Socket local:\(folder.file("socket"))"]
    let configuration = try folder.configure(lines)
    let advice = "warning: UserID is not set: the filter runs as root; add \"UserID opendkim\""
    let check = try await MilterRun(["-n", "-x", configuration], in: folder)
    #expect(check.status == 0)
    #expect(check.errors.contains(advice), "\(check.errors)")
    let milter = try ChildProcess([MilterBinary.path, "-f", "-x", configuration], log: folder.file("log"))
    let address = PeerAddress.unix(path: folder.file("socket"))
    try await eventually("it listens: \(folder.read("log"))") { await MilterDaemon.answers(address) }
    #expect(try await MilterConnection(address).signs())
    #expect(folder.read("log").contains(advice))
    #expect(milter.stop() == 0)
  }

  @Test
  func `the log line with the arguments shows no password`() async throws {
    let folder = try MilterFolder()
    let configuration = try folder.configure(
      folder.signing + ["SoftStart yes", "Socket local:\(folder.file("socket"))"])
    let milter = try ChildProcess(
      [MilterBinary.path, "-f", "-x", configuration, "-d", "redis://:s3cret@127.0.0.1:1/0/p"], log: folder.file("log"))
    defer { milter.stop() }
    try await eventually("the arguments are logged: \(folder.read("log"))") { folder.read("log").contains("(args: ") }
    #expect(folder.read("log").contains("-d redis://:***@127.0.0.1:1/0/p"))
    #expect(!folder.read("log").contains("s3cret"))
  }

  @Test(arguments: ["", "-A"])
  func `in a unit that waits for it, it and its log stay in the foreground, whatever Background is`(option: String)
    async throws
  {
    let folder = try MilterFolder()
    let manager = try DatagramSocket(folder.file("notify"))
    let configuration = try folder.configure(folder.signing + ["Socket local:\(folder.file("socket"))"])
    // systemd sets the variable to the ID of the process that it starts.
    let script = "SYSTEMD_EXEC_PID=$$ NOTIFY_SOCKET=\"$1\" exec \"$0\" -x \"$2\" $3"
    let process = try ChildProcess(
      ["/bin/sh", "-c", script, MilterBinary.path, folder.file("notify"), configuration, option],
      log: folder.file("log"))
    try await manager.expect("READY=1\nMAINPID=\(process.id)\n")
    #expect(process.isRunning)
    #expect(process.stop() == 0)
    #expect(folder.read("log").contains("terminating with status 0"))
  }

  @Test(arguments: [[], ["-A"]])
  func `started with standard input, output and error closed, it listens in the background`(options: [String])
    async throws
  {
    let folder = try MilterFolder()
    let process = try await start(options, in: folder) { configuration, options in
      let shell = try ChildProcess(
        ["/bin/sh", "-c", "exec \"$0\" \"$@\" <&- >&- 2>&-", MilterBinary.path, "-x", configuration] + options)
      #expect(try await shell.end(within: .seconds(20)) == 0)
    }
    defer { kill(process, SIGKILL) }
    #expect(try await MilterConnection(.unix(path: folder.file("socket"))).signs())
    try await end(process, in: folder)
  }

  @Test(arguments: [
    "", "PidFile DIR/missing/pid", "InternalHosts 0.0.0.0/0,::/0",
    "SigningTable file:DIR/senders\nKeyTable file:DIR/keys",
    "OversignHeaders X-Odd", "Mode s", "UMask 22", "UserID nosuchuser", "KeyFile DIR/missing",
    "TestPublicKeys DIR/missing",
    "TestPublicKeys DIR/junk", "ResolverConfiguration DIR/junk", "ResolverConfiguration DIR/missing",
    "Socket local:DIR/missing/socket", "Domain *.example.com", "ChangeRootDirectory DIR/missing",
    "MetricsFile DIR/missing/metrics",
  ])
  func `-n ends with 78 where the filter does not start, and with 0 where it does`(lines: String) async throws {
    let folder = try MilterFolder()
    try folder.write("junk: yes\n", to: "junk")
    try folder.write("a@example.com nokey\n", to: "senders")
    try folder.write("k1 example.com:s:\(folder.file("none"))\nk2 example.com\n", to: "keys")
    let own = lines.replacing("DIR", with: folder.path).split(separator: "\n").map(String.init)
    let names = own.map { $0.prefix { $0 != " " } }
    // If a setting is repeated, the last line takes effect. TestPublicKeys would override a resolver.
    let usual = folder.signing.filter { line in
      !(names.contains { $0.hasPrefix("Resolver") } && line.hasPrefix("TestPublicKeys"))
    }
    let configuration = try folder.configure(usual + ["Socket local:\(folder.file("socket"))"] + own)
    let check = try await MilterRun(["-n", "-x", configuration], in: folder)
    let milter = try ChildProcess([MilterBinary.path, "-f", "-x", configuration], log: folder.file("log"))
    let address = PeerAddress.unix(path: folder.file("socket"))
    try await eventually("it starts or ends") {
      if !milter.isRunning { return true }
      return await MilterDaemon.answers(address)
    }
    #expect(check.status == (milter.isRunning ? 0 : 78), "\(check.errors)\n\(folder.read("log"))")
    milter.stop()
  }

  /// Starts the filter in the background with `run`, and returns its process ID from the pid file.
  private func start(
    _ options: [String], in folder: MilterFolder,
    _ run: (_ configuration: String, _ options: [String]) async throws -> Void
  ) async throws -> pid_t {
    let configuration = try folder.configure(
      folder.signing + ["Socket local:\(folder.file("socket"))", "PidFile \(folder.file("pid"))"])
    try await run(configuration, options)
    return try #require(pid_t(folder.read("pid").dropLast()))
  }

  private func end(_ process: pid_t, in folder: MilterFolder) async throws {
    kill(process, SIGTERM)
    try await eventually("it ends") { !folder.exists("pid") && !folder.exists("socket") }
  }
}
