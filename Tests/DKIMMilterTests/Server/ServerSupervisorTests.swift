import Glibc
import MilterPeer
import TestSupport
import Testing

@testable import DKIMMilter

@Suite("Server: the supervisor", .timeLimit(.minutes(5)))
struct ServerSupervisorTests {
  private func worker(of milter: MilterDaemon, not old: pid_t = 0) async throws -> pid_t {
    try await eventually("there is a worker") {
      ProcessFacts.children(of: milter.process.id).contains { $0 != old }
    }
    return ProcessFacts.children(of: milter.process.id).first { $0 != old } ?? 0
  }

  @Test(arguments: [true, false])
  func `a worker that is killed is replaced, and connections wait in the socket meanwhile`(overTCP: Bool) async throws {
    let folder = try MilterFolder()
    let socket = overTCP ? "inet:\(try FreePort.find())@127.0.0.1" : "local:\(folder.file("socket"))"
    let milter = try await MilterDaemon(
      folder, socket: socket, lines: ["AutoRestart yes", "PidFile \(folder.file("pid"))"])
    #expect(folder.read("pid") == "\(milter.process.id)\n")
    let first = try await worker(of: milter)
    kill(first, SIGSTOP)
    // Now the worker accepts no connections, so these wait.
    try await eventually("the worker is stopped") { ProcessState.isStopped(first) }
    async let waiting = MilterConnection(milter.address)
    async let alsoWaiting = MilterConnection(milter.address)
    try await Task.sleep(for: .milliseconds(100))
    kill(first, SIGKILL)
    for connection in [try await waiting, try await alsoWaiting] { #expect(try await connection.signs()) }
    #expect(try await worker(of: milter, not: first) != first)
    try await milter.logs("terminated with signal 9, restarting")
    #expect(milter.process.stop() == 0)
    #expect(!folder.exists("pid") && !folder.exists("socket"))
  }

  @Test
  func `a worker whose supervisor has ended does not start`() async throws {
    let folder = try MilterFolder()
    let configuration = try folder.configure(folder.signing + ["Socket local:\(folder.file("socket"))"])
    let worker = try ChildProcess(
      [
        "/usr/bin/env", "DKIM_MILTER_ROLE=worker", "DKIM_MILTER_PARENT=1", MilterBinary.path, "-f", "-x", configuration,
      ],
      log: folder.file("log"))
    #expect(try await worker.end() == 70)
    #expect(folder.read("log").contains("the supervisor has ended while the worker was starting"))
    #expect(!folder.exists("socket"))
  }

  @Test
  func `it gives up at AutoRestartCount`() async throws {
    let folder = try MilterFolder()
    let milter = try await MilterDaemon(folder, lines: ["AutoRestart yes", "AutoRestartCount 2"])
    var last: pid_t = 0
    for _ in 0..<3 {
      last = try await worker(of: milter, not: last)
      try await eventually("it filters") { await MilterDaemon.answers(milter.address) }
      kill(last, SIGKILL)
    }
    #expect(try await milter.process.end() == 69)
    #expect(milter.log.contains("maximum restart count exceeded (AutoRestartCount 2)"))
  }

  @Test
  func `signals are forwarded to the worker`() async throws {
    let folder = try MilterFolder()
    let milter = try await MilterDaemon(folder, lines: ["AutoRestart yes"])
    milter.process.signal(SIGUSR1)
    try await milter.logs("configuration reloaded from")
    milter.process.signal(SIGHUP)
    try await eventually("twice") { milter.log.split(separator: "\n").count { $0.contains("reloaded") } == 2 }
    let first = try await worker(of: milter)
    #expect(milter.process.stop(SIGINT) == 0)
    #expect(kill(first, 0) != 0)
  }

  @Test
  func `a message is finished even if supervisor and worker both get the signal to end, directly and forwarded`()
    async throws
  {
    let folder = try MilterFolder()
    let milter = try await MilterDaemon(folder, lines: ["AutoRestart yes"])
    let connection = try await milter.connect()
    try await connection.peer.send(.init(.mail, payload: .init(string: "<a@example.com>\0")))
    try await connection.peer.send(.init(.header, payload: .init(string: "From\0 a@example.com\0")))
    try await connection.peer.send(.init(.endOfHeader))
    #expect(try await connection.peer.nextFrame()?.letter == UInt8(ascii: "c"))
    // This is like a service manager, which signals every process of the group; the supervisor forwards its signal.
    kill(try await worker(of: milter), SIGTERM)
    milter.process.signal(SIGTERM)
    // A connection would wait in the supervisor's socket for a worker that is never started.
    try await eventually("the worker is about to end") { !folder.exists("socket") }
    try await Task.sleep(for: .milliseconds(200))
    try await connection.peer.send(.init(.endOfMessage))
    #expect(try await connection.peer.nextFrame()?.letter == UInt8(ascii: "i"))
    #expect(try await connection.peer.nextFrame()?.letter == UInt8(ascii: "a"))
    #expect(try await milter.process.end(within: .seconds(5)) == 0)
  }

  @Test
  func `a reload requested while a worker starts happens after the start`() async throws {
    let folder = try MilterFolder()
    let milter = try await MilterDaemon(folder, lines: ["AutoRestart yes"])
    kill(try await worker(of: milter), SIGKILL)
    let end = ContinuousClock.now + .seconds(2)
    while ContinuousClock.now < end {
      milter.process.signal(SIGHUP)
      try await Task.sleep(for: .milliseconds(2))
    }
    try await milter.logs("configuration reloaded from")
    #expect(try await milter.connect().signs())
    #expect(!milter.log.contains("terminated with signal \(SIGHUP)"), "\(milter.log)")
    #expect(milter.process.stop() == 0)
  }

  @Test(.enabled(if: access("/usr/bin/prlimit", X_OK) == 0, "prlimit is not installed"))
  func `while the system cannot start a worker, the supervisor waits and tries again`() async throws {
    let folder = try MilterFolder()
    let milter = try await MilterDaemon(folder, lines: ["AutoRestart yes", "PidFile \(folder.file("pid"))"])
    let prlimit = ["/usr/bin/prlimit", "--pid", "\(milter.process.id)"]
    #expect(try await ChildProcess(prlimit + ["--nofile=4:4096"]).end() == 0)
    kill(try await worker(of: milter), SIGKILL)
    try await milter.logs("cannot start a worker: socketpair(): ")
    #expect(milter.process.isRunning)
    #expect(try await ChildProcess(prlimit + ["--nofile=4096:4096"]).end() == 0)
    let connection = try await milter.connect()
    #expect(try await connection.signs())
    #expect(milter.process.stop() == 0)
    #expect(!folder.exists("pid"))
  }

  @Test
  func `a worker that cannot start ends the supervisor with its status`() async throws {
    let folder = try MilterFolder()
    try folder.write("", to: "socket")
    let socket = "Socket local:\(folder.file("socket"))"
    let configuration = try folder.configure(folder.signing + [socket, "AutoRestart 1"])
    let run = try await MilterRun(["-f", "-x", configuration], in: folder)
    #expect(run.status == 69)
    #expect(run.errors.contains("the path exists and is not a socket"))
  }

  @Test
  func `a worker whose supervisor is killed ends, too`() async throws {
    let folder = try MilterFolder()
    let milter = try await MilterDaemon(folder, lines: ["AutoRestart yes"])
    let first = try await worker(of: milter)
    milter.process.stop(SIGKILL)
    try await eventually("the worker ends", within: .seconds(10)) { kill(first, 0) != 0 || isZombie(first) }
  }

  private func isZombie(_ process: pid_t) -> Bool {
    (try? ProcessFacts(process).status["State"]?.hasPrefix("Z")) ?? true
  }
}
