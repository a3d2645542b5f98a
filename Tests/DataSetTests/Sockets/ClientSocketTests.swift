import DKIMConfiguration
import Glibc
import SystemSupport
import TestSupport
import Testing

@testable import DKIMDataSets
@testable import DataSetTestSupport

/// A port of 127.0.0.1 that accepts no connections. When its queue is full, connecting blocks forever.
private final class DeafPort {
  let address: SocketAddress
  private var descriptors: [CInt] = []

  init(connections: Int = 8) throws {
    let port = try FreePort.find()
    guard case .success(let list) = SocketAddress.find("127.0.0.1", port: port, flags: AI_NUMERICHOST),
      let first = list.first
    else { throw ChildProcess.Failure("127.0.0.1 is not an address") }
    address = first
    let listener = Self.socket()
    descriptors.append(listener)
    guard address.withPointer({ bind(listener, $0, $1) }) == 0, listen(listener, 0) == 0 else {
      throw ChildProcess.Failure("port \(port) cannot be used for listening")
    }
    for _ in 0..<connections {
      let client = Self.socket()
      descriptors.append(client)
      _ = address.withPointer { Glibc.connect(client, $0, $1) }
    }
    usleep(20_000)
  }

  deinit { for descriptor in descriptors { close(descriptor) } }

  private static func socket() -> CInt {
    let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue) | CInt(SOCK_NONBLOCK.rawValue)
    return Glibc.socket(AF_INET, kind, 0)
  }
}

@Suite("Sockets with a deadline", .measuresTime)
struct ClientSocketTests {
  private func address(_ port: Int) throws -> SocketAddress {
    try #require(try? SocketAddress.find("127.0.0.1", port: port, flags: AI_NUMERICHOST).get().first)
  }

  @Test
  func `a host that does not respond fails in time`() throws {
    let full = try DeafPort()
    let start = ContinuousClock.now
    #expect(throws: DataSetError.temporary("peer: cannot connect: Connection timed out")) {
      _ = try ClientSocket("peer", [full.address], until: Deadline(in: 100))
    }
    #expect(ContinuousClock.now - start < .seconds(1))
  }

  @Test
  func `if the first address does not respond or refuses, the next one is used`() async throws {
    let full = try DeafPort()
    let server = try await RepeatingServer("hello", then: .again)
    let refusing = try address(try FreePort.find())
    let socket = try ClientSocket(
      "peer", [full.address, refusing, try address(server.port)], until: Deadline(in: 300))
    try socket.write([1], until: Deadline(in: 1000))
    var buffer = [UInt8](repeating: 0, count: 10)
    #expect(try socket.read(into: &buffer, from: 3, until: Deadline(in: 1000)) == 5)
    #expect(buffer == [0, 0, 0] + Array("hello".utf8) + [0, 0])
  }

  @Test
  func `writing to a server that is gone is an error and raises no signal`() async throws {
    let server = try await RepeatingServer("", then: .close)
    let socket = try ClientSocket("peer", [try address(server.port)], until: Deadline(in: 1000))
    #expect(throws: DataSetError.self) {
      for _ in 0..<1000 { try socket.write([UInt8](repeating: 1, count: 10_000), until: Deadline(in: 1000)) }
    }
  }

  @Test
  func `a server that reads nothing fails a write in time`() throws {
    // A connection that is never accepted.
    let port = try DeafPort(connections: 0)
    let socket = try ClientSocket("peer", [port.address], until: Deadline(in: 1000))
    let start = ContinuousClock.now
    #expect(throws: DataSetError.temporary("peer: no response in time")) {
      try socket.write([UInt8](repeating: 1, count: 64 << 20), until: Deadline(in: 100))
    }
    #expect(ContinuousClock.now - start < .seconds(2))
  }

  @Test
  func `endless data is an error in time, too`() async throws {
    let server = try await RepeatingServer("x", then: .endless)
    let socket = try ClientSocket("peer", [try address(server.port)], until: Deadline(in: 1000))
    try socket.write([1], until: Deadline(in: 1000))
    var buffer = [UInt8](repeating: 0, count: 10)
    let deadline = Deadline(in: 100)
    #expect(throws: DataSetError.temporary("peer: no response in time")) {
      while true { _ = try socket.read(into: &buffer, from: 0, until: deadline) }
    }
  }

  @Test
  func `a missing unix socket, and a path that is too long`() throws {
    #expect(SocketAddress(path: String(repeating: "s", count: 108)) == nil)
    let missing = try #require(SocketAddress(path: "/no/such/socket"))
    #expect(throws: DataSetError.temporary("peer: cannot connect: No such file or directory")) {
      _ = try ClientSocket("peer", [missing], until: Deadline(in: 300))
    }
  }
}
