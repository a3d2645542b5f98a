import Glibc
import SystemPackage

/// Another implementation in a separate process. Requests and replies are frames: the number of parts, then each part
/// preceded by its length; all numbers have four bytes in network byte order.
final class PeerProcess {
  enum Failure: Error {
    /// It ended, or did not reply in time.
    case gone(status: Int)
    case badReply
    /// The error in its reply to a request.
    case refused(String)
  }

  private let socket: CInt
  private let process: pid_t
  private var ended: Int?

  /// - Parameter arguments: the program and its arguments.
  init(_ arguments: [String]) throws {
    var ends: [CInt] = [0, 0]
    let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw Errno(rawValue: errno) }
    socket = ends[0]
    var timeout = timeval(tv_sec: 60, tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    defer { close(ends[1]) }
    process = try Spawn.start(arguments, standardInput: ends[1], standardOutput: ends[1])
  }

  deinit {
    close(socket)
    if ended == nil { _ = Spawn.wait(for: process) }
  }

  /// The parts of the reply after the first one, which is `ok`.
  func ask(_ parts: [[UInt8]]) throws -> [[UInt8]] {
    var frame = number(parts.count)
    for part in parts { frame += number(part.count) + part }
    try send(frame)
    let count = try receiveNumber()
    guard count > 0, count < 10_000 else { throw Failure.badReply }
    var reply: [[UInt8]] = []
    for _ in 0..<count { reply.append(try receive(try receiveNumber())) }
    guard reply[0] == Array("ok".utf8) else {
      throw Failure.refused(reply.dropFirst().map { String(decoding: $0, as: UTF8.self) }.joined(separator: " "))
    }
    return Array(reply.dropFirst())
  }

  private func number(_ value: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  private func send(_ bytes: [UInt8]) throws {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Glibc.send(socket, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw gone() }
      sent += count
    }
  }

  private func receiveNumber() throws -> Int { try receive(4).reduce(0) { $0 << 8 | Int($1) } }

  private func receive(_ count: Int) throws -> [UInt8] {
    guard count < 1 << 28 else { throw Failure.badReply }
    var bytes = [UInt8](repeating: 0, count: count)
    var received = 0
    while received < count {
      let n = bytes.withUnsafeMutableBytes { recv(socket, $0.baseAddress.map { $0 + received }, count - received, 0) }
      guard n > 0 else { throw gone() }
      received += n
    }
    return bytes
  }

  private func gone() -> Failure {
    if let ended { return .gone(status: ended) }
    kill(process, SIGKILL)
    let status = Spawn.wait(for: process)
    ended = status
    return .gone(status: status)
  }
}
