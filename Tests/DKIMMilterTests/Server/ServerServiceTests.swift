import Glibc
import MilterPeer
import TestSupport
import Testing

@testable import DKIMMilter

@Suite("Server: under a service manager", .timeLimit(.minutes(5)))
struct ServerServiceTests {
  @Test(arguments: [true, false])
  func `sends READY, RELOADING, STOPPING and WATCHDOG, to a path and to an abstract name`(abstract: Bool) async throws {
    let folder = try MilterFolder()
    let name = abstract ? "@dkim-milter-test-\(getpid())-\(UInt32.random(in: 0 ... .max))" : folder.file("notify")
    let manager = try DatagramSocket(name)
    let milter = try await MilterDaemon(
      folder, environment: ["NOTIFY_SOCKET": name, "WATCHDOG_USEC": "200000"])
    try await manager.expect("READY=1\nMAINPID=\(milter.process.id)\n")
    try await manager.expect("WATCHDOG=1")
    try await manager.expect("WATCHDOG=1")
    milter.process.signal(SIGHUP)
    try await manager.expect("RELOADING=1\nMONOTONIC_USEC=")
    try await manager.expect("READY=1")
    milter.process.signal(SIGTERM)
    try await manager.expect("STOPPING=1")
    #expect(try await milter.process.end() == 0)
  }

  @Test
  func `a supervisor sends the notifications of its worker, with its own process ID`() async throws {
    let folder = try MilterFolder()
    let manager = try DatagramSocket(folder.file("notify"))
    let milter = try await MilterDaemon(
      folder, lines: ["AutoRestart yes"],
      environment: ["NOTIFY_SOCKET": folder.file("notify"), "WATCHDOG_USEC": "200000"])
    try await manager.expect("READY=1\nMAINPID=\(milter.process.id)\n")
    try await manager.expect("WATCHDOG=1")
    milter.process.signal(SIGHUP)
    try await manager.expect("RELOADING=1\nMONOTONIC_USEC=")
    #expect(milter.process.stop() == 0)
  }

  @Test(arguments: [[], ["AutoRestart yes"], ["AutoRestart yes", "Socket local:DIR/activated"]])
  func `uses a socket passed by the service manager without Socket; its file stays, also under a supervisor`(
    lines: [String]
  ) async throws {
    let folder = try MilterFolder()
    let socket = try ListeningSocket.unix(folder.file("activated"))
    defer { close(socket.descriptor) }
    let configuration = try folder.configure(folder.signing + lines.map { $0.replacing("DIR", with: folder.path) })
    let script = "export LISTEN_PID=$$ LISTEN_FDS=1; exec \"$0\" -f -x \"$1\" 3<&\(socket.descriptor)"
    let process = try ChildProcess(
      ["/bin/bash", "-c", script, MilterBinary.path, configuration], log: folder.file("log"),
      inheriting: socket.descriptor)
    let connection = try await MilterConnection(.unix(path: folder.file("activated")))
    #expect(try await connection.signs())
    #expect(process.stop() == 0)
    #expect(folder.exists("activated"), "the service manager manages the file")
  }

  @Test
  func `sockets for another process are ignored`() async throws {
    let folder = try MilterFolder()
    let configuration = try folder.configure(folder.signing)
    let process = try ChildProcess(
      [MilterBinary.path, "-f", "-x", configuration], environment: ["LISTEN_PID": "1", "LISTEN_FDS": "1"],
      log: folder.file("log"))
    #expect(try await process.end() == 78)
    #expect(folder.read("log").contains("milter socket must be specified"))
  }
}
