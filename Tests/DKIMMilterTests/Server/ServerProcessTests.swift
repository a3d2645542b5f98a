import Glibc
import MilterPeer
import TestSupport
import Testing

@testable import DKIMMilter

@Suite("Server: the process", .timeLimit(.minutes(5)))
struct ServerProcessTests {
  @Test(arguments: [true, false])
  func `signs internal mail and verifies other mail, on TCP and on a unix socket`(overTCP: Bool) async throws {
    let folder = try MilterFolder()
    let socket = overTCP ? "inet:\(try FreePort.find())@127.0.0.1" : "local:\(folder.file("socket"))"
    let milter = try await MilterDaemon(folder, socket: socket)
    let inside = try await milter.connect()
    let outcome = try await inside.deliver()
    #expect(outcome.isAccepted)
    #expect(outcome.modifications.map(\.insertedName) == ["DKIM-Signature"])
    let signed = outcome.applied(to: MilterConnection.message)

    let outside = try await MilterConnection(milter.address, client: PeerClient(address: "192.0.2.1"))
    let verified = try await outside.deliver(signed)
    #expect(verified.isAccepted)
    #expect(verified.modifications.first?.insertedValue?.contains("dkim=pass") == true)
    var broken = signed
    broken.body += Array("more\r\n".utf8)
    let failed = try await outside.deliver(broken)
    #expect(failed.modifications.first?.insertedValue?.contains("dkim=fail") == true)
    try await milter.logs(": DKIM-Signature field added (s=s, d=example.com)")
    try await milter.logs(": DKIM verification successful")
    try await milter.logs(": bad signature data")
    #expect(milter.process.stop() == 0)
  }

  @Test(arguments: [SIGTERM, SIGINT])
  func `ends within a second when idle, and leaves neither socket nor pid file`(signal: CInt) async throws {
    let folder = try MilterFolder()
    let milter = try await MilterDaemon(folder, lines: ["PidFile \(folder.file("pid"))"])
    #expect(folder.read("pid") == "\(milter.process.id)\n")
    #expect(folder.exists("socket"))
    let idle = try await milter.connect()
    let start = ContinuousClock.now
    #expect(milter.process.stop(signal) == 0)
    #expect(ContinuousClock.now - start < .seconds(1))
    #expect(!folder.exists("socket") && !folder.exists("pid"))
    #expect(milter.log.contains("dkim-milter v\(Product.version) starting (args: -f -x "))
    #expect(milter.log.contains("dkim-milter v\(Product.version) terminating with status 0, errno = 0"))
    _ = idle
  }

  @Test
  func `a message in progress is finished before the end, and no new connection is accepted`() async throws {
    let folder = try MilterFolder()
    let milter = try await MilterDaemon(folder)
    let connection = try await milter.connect()
    var message = MilterConnection.message
    message.body = [UInt8](repeating: UInt8(ascii: "x"), count: 200)
    try await connection.peer.send(.init(.mail, payload: .init(string: "<a@example.com>\0")))
    try await connection.peer.send(.init(.header, payload: .init(string: "From\0 a@example.com\0")))
    // The response to it shows that the message has begun.
    try await connection.peer.send(.init(.endOfHeader))
    #expect(try await connection.peer.nextFrame()?.letter == UInt8(ascii: "c"))
    milter.process.signal(SIGTERM)
    try await eventually("the socket is closed") { !folder.exists("socket") }
    #expect(await !MilterDaemon.answers(milter.address))
    try await connection.peer.send(.init(.endOfMessage))
    #expect(try await connection.peer.nextFrame()?.letter == UInt8(ascii: "i"))
    #expect(try await connection.peer.nextFrame()?.letter == UInt8(ascii: "a"))
    #expect(try await milter.process.end(within: .seconds(5)) == 0)
  }

  @Test
  func `a message that is never finished delays the end by at most ShutdownTimeout`() async throws {
    let folder = try MilterFolder()
    let milter = try await MilterDaemon(folder, lines: ["ShutdownTimeout 1"])
    let connection = try await milter.connect()
    try await connection.peer.send(.init(.mail, payload: .init(string: "<a@example.com>\0")))
    try await connection.peer.send(.init(.endOfHeader))
    _ = try await connection.peer.nextFrame()
    let start = ContinuousClock.now
    #expect(milter.process.stop() == 0)
    #expect(ContinuousClock.now - start > .milliseconds(900))
    #expect(ContinuousClock.now - start < .seconds(4))
    #expect(milter.log.contains("1 messages were not finished in time (ShutdownTimeout)"))
  }

  @Test
  func `the current configuration sets ShutdownTimeout`() async throws {
    let folder = try MilterFolder()
    let milter = try await MilterDaemon(folder, lines: ["ShutdownTimeout 60"])
    try folder.configure(folder.signing + ["Socket local:\(folder.file("socket"))", "ShutdownTimeout 1"])
    milter.process.signal(SIGHUP)
    try await milter.logs("configuration reloaded from")
    let connection = try await milter.connect()
    try await connection.peer.send(.init(.mail, payload: .init(string: "<a@example.com>\0")))
    try await connection.peer.send(.init(.endOfHeader))
    _ = try await connection.peer.nextFrame()
    milter.process.signal(SIGTERM)
    #expect(try await milter.process.end(within: .seconds(10)) == 0)
  }

  @Test(arguments: [
    ("unknown", "U", false), ("localhost", "U", true), ("localhost", "L", true), ("x.example", "U", false),
  ])
  func `a client that the MTA does not know is not internal`(hostName: String, family: String, isOurs: Bool)
    async throws
  {
    let milter = try await MilterDaemon(try MilterFolder())
    var client = PeerClient()
    client.hostName = hostName
    client.family = family.utf8.first ?? 0
    client.address = "/some/where"
    let connection = try await MilterConnection(milter.address, client: client)
    #expect(try await connection.signs() == isOurs)
  }

  @Test(arguments: ["MTA MSA", "MacroList daemon_name=MSA"])
  func `the MTA's name is that of the process that accepted the connection`(line: String) async throws {
    let milter = try await MilterDaemon(try MilterFolder(), lines: [line, "SenderMacro x"])
    var client = PeerClient()
    client.macros = [("j", "mx.example"), ("{daemon_name}", "MSA")]
    let connection = try await MilterConnection(milter.address, client: client)
    var message = MilterConnection.message
    // The name of Postfix's cleanup, which it sends with later commands.
    message.macros[.endOfHeader] = [("i", "4B1C2D3E4F"), ("{daemon_name}", "mail.example.org")]
    #expect(try await connection.deliver(message).modifications.contains(where: \.isSignature))
  }

  @Test
  func `stopped under load, it lets no message leave unsigned`() async throws {
    let folder = try MilterFolder()
    let milter = try await MilterDaemon(folder)
    await withTaskGroup(of: (signed: Int, unsigned: Int).self) { group in
      for _ in 0..<8 {
        group.addTask {
          var counts = (signed: 0, unsigned: 0)
          guard let connection = try? await milter.connect() else { return counts }
          // The connection is finally closed between two messages.
          while let outcome = try? await connection.deliver() {
            if outcome.isAccepted, !outcome.modifications.contains(where: \.isSignature) { counts.unsigned += 1 }
            counts.signed += 1
          }
          return counts
        }
      }
      try? await eventually("messages flow") {
        milter.log.split(separator: "\n").count { $0.contains("DKIM-Signature field added") } > 40
      }
      milter.process.signal(SIGTERM)
      var total = (signed: 0, unsigned: 0)
      for await counts in group { total = (total.signed + counts.signed, total.unsigned + counts.unsigned) }
      #expect(total.signed > 8)
      #expect(total.unsigned == 0)
    }
    #expect(try await milter.process.end(within: .seconds(5)) == 0)
  }

  @Test
  func `a thousand idle connections cost little memory and delay no other connection`() async throws {
    let folder = try MilterFolder()
    let milter = try await MilterDaemon(folder)
    var peers: [MilterPeer] = []
    for _ in 0..<1000 {
      let peer = try await MilterPeer.connect(to: milter.address)
      _ = try await peer.negotiate()
      peers.append(peer)
    }
    let start = ContinuousClock.now
    #expect(try await milter.connect().signs())
    #expect(ContinuousClock.now - start < .seconds(2))
    let text = try ProcessFacts(milter.process.id).status["VmRSS"] ?? ""
    let kilobytes = try #require(Int(text.filter(\.isNumber)))
    #expect(kilobytes < 64 * 1024, "\(text)")
    for peer in peers { try? await peer.close() }
    #expect(milter.process.stop() == 0)
  }

  @Test
  func `goes to the background when it is ready, with a pid file`() async throws {
    let folder = try MilterFolder()
    let configuration = try folder.configure(
      folder.signing + ["Socket local:\(folder.file("socket"))", "PidFile \(folder.file("pid"))"])
    let run = try await MilterRun(["-x", configuration], in: folder)
    #expect(run.status == 0, "\(run.errors)")
    let process = try #require(pid_t(folder.read("pid").dropLast()))
    defer { kill(process, SIGKILL) }
    let connection = try await MilterConnection(.unix(path: folder.file("socket")))
    #expect(try await connection.signs())
    // A second one does not start, and reports the reason.
    for options in [["-P", folder.file("pid2")], [], ["-A"]] {
      let second = try await MilterRun(["-x", configuration] + options, in: folder)
      #expect(second.status == 69)
      #expect(second.errors.contains("another process is listening on it"))
    }
    // The file of the first one stays.
    #expect(folder.read("pid") == "\(process)\n")
    kill(process, SIGTERM)
    try await eventually("it ends") { !folder.exists("pid") && !folder.exists("socket") }
  }

  @Test
  func `a socket left by a killed process is replaced`() async throws {
    let folder = try MilterFolder()
    let first = try await MilterDaemon(folder)
    first.process.stop(SIGKILL)
    #expect(folder.exists("socket"))
    let second = try await MilterDaemon(folder)
    #expect(try await second.connect().signs())
  }

  @Test
  func `UMask sets the permissions of the socket`() async throws {
    let folder = try MilterFolder()
    let milter = try await MilterDaemon(folder, lines: ["UMask 007"])
    var status = stat()
    #expect(lstat(folder.file("socket"), &status) == 0)
    #expect(status.st_mode & 0o777 == 0o770)
    milter.process.stop()
  }

  @Test(arguments: [false, true])
  func `more connections than descriptors do not stop it, and cost no processor time`(areGone: Bool) async throws {
    let folder = try MilterFolder()
    let configuration = try folder.configure(folder.signing + ["Socket local:\(folder.file("socket"))"])
    let script = "ulimit -n 60; exec \"$0\" -f -x \"$1\""
    let process = try ChildProcess(
      ["/bin/sh", "-c", script, MilterBinary.path, configuration], log: folder.file("log"))
    let address = PeerAddress.unix(path: folder.file("socket"))
    try await eventually("the milter listens") { await MilterDaemon.answers(address) }
    if areGone {
      // There are too few descriptors even for the connections within the limit.
      let few = try TestFiles.names(in: "/proc/\(process.id)/fd").count + 6
      #expect(try ChildProcess(["prlimit", "--pid", "\(process.id)", "--nofile=\(few):\(few)"]).stop(0) == 0)
    }
    var peers: [MilterPeer] = []
    for _ in 0..<100 {
      // Connections beyond the limit are closed immediately.
      if let peer = try? await MilterPeer.connect(to: address) { peers.append(peer) }
    }
    try await eventually("it logs the problem") {
      let log = folder.read("log")
      return log.contains("too many connections") || log.contains("cannot accept connections")
    }
    // The work for the closed connections ends; an endless loop would not.
    try await eventually("it is idle") {
      let before = try ProcessFacts(process.id).processorTicks
      try await Task.sleep(for: .milliseconds(1500))
      return try ProcessFacts(process.id).processorTicks - before < 50
    }
    for peer in peers { try? await peer.close() }
    try await eventually("it recovers", within: .seconds(20)) {
      guard let connection = try? await MilterConnection(address) else { return false }
      return (try? await connection.signs()) == true
    }
    #expect(process.stop() == 0)
  }
}
