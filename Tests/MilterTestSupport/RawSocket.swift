import Glibc

/// A connection that does nothing on its own: it neither reads nor waits.
package final class RawSocket: Sendable {
  private let descriptor: CInt

  /// Connects; `nil` if no connection is accepted.
  package init?(unix path: String) {
    descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return nil }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { place in
      place.copyBytes(from: path.utf8.prefix(place.count - 1))
    }
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result == 0 else {
      Glibc.close(descriptor)
      return nil
    }
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
  }

  /// Sends bytes; returns how many were accepted immediately, or -1 if the other end is closed.
  @discardableResult
  package func send(_ bytes: [UInt8]) -> Int {
    let count = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
    return count < 0 && errno == EAGAIN ? 0 : count
  }

  /// Returns the received data, up to the limit; `nil` if there is no data, empty if the other end is closed.
  package func receive(_ limit: Int = 4096) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: limit)
    let count = bytes.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
    if count < 0 { return errno == EAGAIN ? nil : [] }
    return Array(bytes[..<count])
  }

  /// Whether the other end has closed the connection; data received before is discarded.
  package var isClosed: Bool {
    while let bytes = receive() {
      if bytes.isEmpty { return true }
    }
    return false
  }

  /// Closes the socket. Must be the last call.
  package func close() { Glibc.close(descriptor) }

  /// Raises the limit on open files of this process to the maximum; returns the new limit.
  package static func raiseLimit() -> Int {
    var limit = rlimit()
    getrlimit(CInt(RLIMIT_NOFILE.rawValue), &limit)
    limit.rlim_cur = limit.rlim_max
    setrlimit(CInt(RLIMIT_NOFILE.rawValue), &limit)
    return Int(clamping: limit.rlim_cur)
  }
}
