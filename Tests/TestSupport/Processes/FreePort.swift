import Glibc

/// Unused ports of 127.0.0.1.
public enum FreePort {
  /// Returns a port that was free for TCP and UDP a moment ago. It is below the ports that the kernel assigns to
  /// connections, so that a server can be restarted on it.
  public static func find() throws -> Int {
    for _ in 0..<1000 {
      let port = Int.random(in: 10_000..<32_000)
      if isFree(port, SOCK_STREAM), isFree(port, SOCK_DGRAM) { return port }
    }
    throw ChildProcess.Failure("no free port on 127.0.0.1")
  }

  /// Returns whether connections are accepted, on 127.0.0.1 or another address of 127.0.0.0/24.
  public static func isListening(_ port: Int, lastByte: UInt32 = 1) -> Bool {
    withSocket(SOCK_STREAM) { socket in withAddress(port, lastByte) { connect(socket, $0, $1) } == 0 }
  }

  private static func isFree(_ port: Int, _ kind: __socket_type) -> Bool {
    withSocket(kind) { socket in withAddress(port) { bind(socket, $0, $1) } == 0 }
  }

  private static func withSocket(_ kind: __socket_type, _ body: (CInt) -> Bool) -> Bool {
    let descriptor = socket(AF_INET, CInt(kind.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    defer { close(descriptor) }
    return descriptor >= 0 && body(descriptor)
  }

  private static func withAddress(
    _ port: Int, _ lastByte: UInt32 = 1, _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt
  ) -> CInt {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0000 + lastByte).bigEndian
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
  }
}
