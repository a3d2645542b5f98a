import DKIMConfiguration
import Glibc
import MilterPeer
import TestSupport
import Testing

@testable import DKIMMilter

/// Behavior of Sendmail that differs from Postfix.
@Suite("Server: an MTA such as Sendmail", .timeLimit(.minutes(2)), .serialized)
struct ServerSendmailTests {
  @Test
  func `macros and command in two writes without TCP_NODELAY do not wait for a delayed acknowledgement`() async throws {
    let folder = try MilterFolder()
    let port = try FreePort.find()
    let milter = try await MilterDaemon(folder, socket: "inet:\(port)@127.0.0.1")
    defer { milter.process.stop() }
    let mta = try RawMTA(port: port)
    // Version 6, all actions, no protocol flags: every command is answered.
    try mta.write("O", [0, 0, 0, 6, 0, 0, 1, 0xFF, 0, 0, 0, 0])
    #expect(try mta.read() == "O")
    try mta.write("C", Array("localhost\0".utf8) + Array("4".utf8) + [0x10, 0x00] + Array("127.0.0.1\0".utf8))
    #expect(try mta.read() == "c")
    let start = ContinuousClock.now
    for _ in 0..<20 {
      try mta.write("D", Array("Mi\u{0}4ABC\u{0}".utf8))
      try mta.write("M", Array("<a@example.com>\0".utf8))
      #expect(try mta.read() == "c")
      try mta.write("A", [])
    }
    // Each delayed acknowledgement takes 40 ms.
    #expect(ContinuousClock.now - start < .milliseconds(400))
  }

  @Test
  func `j, i, {auth_type} and {daemon_name} are requested whatever the configuration is`() {
    let lists = FilterRequirements(MailPolicy(Configuration(), hostName: "h")).negotiation.symbolLists
    #expect(lists[.connect]?.contains("j") == true && lists[.connect]?.contains("{daemon_name}") == true)
    #expect(lists[.mail]?.contains("i") == true && lists[.mail]?.contains("{auth_type}") == true)
    #expect(lists[.endOfHeader]?.contains("i") == true)
  }

  @Test
  func `a decision comes before Sendmail's default timeout of 10 s`() {
    #expect(ConnectionHandler.longestDecision < .seconds(9))
  }
}

/// A socket with Nagle's algorithm, which delays small packets until the last one is acknowledged.
private final class RawMTA {
  private let socket: CInt

  init(port: Int) throws {
    socket = Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0 else { throw ChildProcess.Failure("connect: \(errno)") }
    var limit = timeval(tv_sec: 10, tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(socket) }

  func write(_ command: Character, _ payload: [UInt8]) throws {
    let length = UInt32(payload.count + 1)
    let packet =
      (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) } + Array(String(command).utf8) + payload
    guard send(socket, packet, packet.count, 0) == packet.count else { throw ChildProcess.Failure("send: \(errno)") }
  }

  /// The command of the next packet.
  func read() throws -> Character {
    let head = try bytes(5)
    let length = head[..<4].reduce(0) { $0 << 8 | Int($1) }
    _ = try bytes(length - 1)
    return Character(Unicode.Scalar(head[4]))
  }

  private func bytes(_ count: Int) throws -> [UInt8] {
    guard count > 0 else { return [] }
    var buffer = [UInt8](repeating: 0, count: count)
    guard recv(socket, &buffer, count, CInt(MSG_WAITALL)) == count else {
      throw ChildProcess.Failure("recv: \(errno)")
    }
    return buffer
  }
}
