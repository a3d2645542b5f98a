import Glibc
import TestSupport

/// A unix datagram socket that a test reads in place of systemd or syslogd.
final class DatagramSocket: Sendable {
  let descriptor: CInt

  /// - Parameter name: a path, or a name in the abstract namespace with `@` before it.
  init(_ name: String) throws {
    descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    guard Self.withAddress(name, { bind(descriptor, $0, $1) }) == 0 else {
      throw ChildProcess.Failure("\(name) cannot be bound: \(errno)")
    }
    chmod(name, 0o777)
  }

  deinit { close(descriptor) }

  /// Returns a datagram that has arrived; `nil` if no datagram has.
  func next() -> String? {
    var bytes = [UInt8](repeating: 0, count: 8192)
    let count = recv(descriptor, &bytes, bytes.count, CInt(MSG_DONTWAIT))
    return count < 0 ? nil : String(decoding: bytes[..<count], as: UTF8.self)
  }

  /// Waits for a datagram that contains `text`.
  func expect(_ text: String, within limit: Duration = .seconds(20)) async throws {
    var seen: [String] = []
    try await eventually("'\(text)' comes: \(seen)", within: limit) {
      while let datagram = self.next() {
        if datagram.contains(text) { return true }
        seen.append(datagram)
      }
      return false
    }
  }

  private static func withAddress(_ name: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt) -> CInt {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(name.utf8)
    withUnsafeMutableBytes(of: &address.sun_path) { path in
      path.copyBytes(from: bytes)
      if bytes.first == UInt8(ascii: "@") { path[0] = 0 }
    }
    let isAbstract = bytes.first == UInt8(ascii: "@")
    let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count + (isAbstract ? 0 : 1))
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
    }
  }
}
