import Glibc

/// The address of a unix socket.
struct UnixAddress: Sendable {
  /// The size of the address in bytes, including the terminating NUL of a path.
  static let capacity = 108

  private let octets: [UInt8]
  private let isAbstract: Bool

  /// Returns `nil` if the name is empty or too long. A name that begins with `@` is in the abstract namespace.
  init?(_ name: String) {
    octets = Array(name.utf8)
    isAbstract = name.hasPrefix("@")
    guard !octets.isEmpty, octets.count < Self.capacity, !octets.contains(0) else { return nil }
  }

  func withSocketAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { path in
      unsafe path.copyBytes(from: octets)
      if isAbstract { unsafe path[0] = 0 }
    }
    // A path ends with NUL; the length of an abstract name is determined by the address length.
    let pathLength = octets.count + (isAbstract ? 0 : 1)
    let length = socklen_t(MemoryLayout<sa_family_t>.size + pathLength)
    return unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, length) }
    }
  }
}
