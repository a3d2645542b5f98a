import Glibc
import MilterPeer
import NIOCore
import TestSupport
import Testing

@testable import DKIMMilter

@Suite("Server: logs and counters", .timeLimit(.minutes(5)))
struct ServerLogTests {
  @Test
  func `lines go to syslog with priority and name`() async throws {
    let folder = try MilterFolder()
    let daemon = try DatagramSocket(folder.file("dev-log"))
    let log = Log(.syslog(path: folder.file("dev-log"), facility: .mail, name: "milter"))
    log.write(.info, "before threads")
    try await daemon.expect("milter[\(getpid())]: before threads")
    log.startThread()
    log.write(.error, "after them")
    try await daemon.expect("<19>")
  }

  @Test
  func `if no process reads from the log socket, lines are lost and counted, but nothing is delayed`() async throws {
    let folder = try MilterFolder()
    let daemon = try DatagramSocket(folder.file("dev-log"))
    let log = Log(.syslog(path: folder.file("dev-log"), facility: .mail, name: "milter"))
    log.startThread()
    let start = ContinuousClock.now
    for number in 0..<20_000 { log.write(.info, "line \(number)") }
    #expect(ContinuousClock.now - start < .seconds(5))
    try await eventually("lines are dropped") { log.droppedLines > 10_000 }
    // The socket is read again.
    while daemon.next() != nil {}
    log.flush(within: .seconds(10))
    while daemon.next() != nil {}
    log.write(.info, "back again")
    try await daemon.expect("back again")
  }

  @Test
  func `a restarted syslogd gets lines again`() async throws {
    let folder = try MilterFolder()
    var first: DatagramSocket? = try DatagramSocket(folder.file("dev-log"))
    let log = Log(.syslog(path: folder.file("dev-log"), facility: .mail, name: "milter"))
    log.write(.info, "one")
    try await first?.expect("one")
    first = nil
    unlink(folder.file("dev-log"))
    log.write(.info, "lost")
    let second = try DatagramSocket(folder.file("dev-log"))
    try await eventually("the line arrives") {
      log.write(.info, "two")
      return second.next()?.contains("two") == true
    }
  }

  @Test
  func `a key that has become unusable is logged with its file, once`() async throws {
    let folder = try MilterFolder()
    let daemon = try DatagramSocket(folder.file("dev-log"))
    let events = KeyEventLog()
    events.attach(Log(.syslog(path: folder.file("dev-log"), facility: .mail, name: "milter")))
    events.report(.kept(path: "/k", .unreadable(path: "/k", why: "No such file or directory")))
    try await daemon.expect(
      "]: can't load key from /k: No such file or directory; the previously loaded key remains in use")
  }

  @Test
  func `JSON lines on standard error have the job ID and the fields of an event`() async throws {
    let folder = try MilterFolder()
    let milter = try await MilterDaemon(folder, lines: ["LogFormat json"])
    #expect(try await milter.connect().signs())
    try await milter.logs(#""job":"4B1C2D3E4F","text":"DKIM-Signature field added (s=s, d=example.com)""#)
    milter.process.stop()
  }

  @Test
  func `counters can be fetched over HTTP and are written to a file`() async throws {
    let folder = try MilterFolder()
    let port = try FreePort.find()
    let milter = try await MilterDaemon(
      folder, lines: ["MetricsSocket inet:\(port)", "MetricsFile \(folder.file("metrics"))"])
    let connection = try await milter.connect()
    #expect(try await connection.signs())
    let answer = try await HTTP.get("/metrics", port: port)
    #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
    #expect(answer.contains("\ndkim_milter_messages_signed_total 1\n"))
    #expect(answer.contains("\ndkim_milter_connections_open 1\n"))
    #expect(answer.contains("dkim_milter_key_file_age_seconds{file=\"\(folder.file("key"))\"}"))
    #expect(try await HTTP.get("/etc/passwd", port: port).hasPrefix("HTTP/1.1 404 "))
    #expect(try await HTTP.get(String(repeating: "x", count: 20_000), port: port).hasPrefix("HTTP/1.1 431 "))
    #expect(folder.read("metrics").contains("dkim_milter_reloads_total"))
    #expect(milter.process.stop() == 0)
  }

  @Test
  func `the number of metrics connections is limited, and the others are closed immediately`() async throws {
    let folder = try MilterFolder()
    let port = try FreePort.find()
    let milter = try await MilterDaemon(folder, lines: ["MetricsSocket inet:\(port)"])
    let channels = try await HTTP.silent(30, port: port)
    try await eventually("all but 16 are closed") { channels.count { !$0.isActive } >= 14 }
    #expect(channels.count { $0.isActive } == 16)
    #expect(try await milter.connect().signs())
    for channel in channels { channel.close(promise: nil) }
    #expect(milter.process.stop() == 0)
  }

  @Test(arguments: 0...3)
  func `MilterDebug logs the MTA's connections, commands and contents`(level: Int) async throws {
    let folder = try MilterFolder()
    let milter = try await MilterDaemon(folder, lines: ["MilterDebug \(level)"])
    let connection = try await milter.connect()
    #expect(try await connection.signs())
    try await connection.quit()
    #expect(milter.process.stop() == 0)
    #expect(milter.log.contains("milter: an MTA has connected, protocol version 6") == (level >= 1))
    #expect(milter.log.contains("milter: END OF MESSAGE") == (level >= 2))
    #expect(milter.log.contains("milter: HEADER Subject, ") == (level >= 3))
  }

  @Test
  func `clients can cause at most ten lines per second`() async throws {
    let folder = try MilterFolder()
    let milter = try await MilterDaemon(folder)
    let start = ContinuousClock.now
    for _ in 0..<50 {
      let peer = try await MilterPeer.connect(to: milter.address)
      try await peer.send(.init(.endOfMessage))
      _ = try? await peer.nextFrame()
      try? await peer.close()
    }
    #expect(try await milter.connect().signs())
    #expect(milter.process.stop() == 0)
    let seconds = Int((ContinuousClock.now - start).components.seconds)
    let lines = milter.log.split(separator: "\n").count { $0.contains("protocol error") }
    // Ten lines per started second are allowed; on a slow machine, that may be all fifty.
    #expect((1...(10 * (seconds + 2))).contains(lines), "\(lines) lines in \(seconds) s")
  }
}
