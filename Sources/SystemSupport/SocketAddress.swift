package import Glibc

/// An address that a socket can be bound or connected to.
package struct SocketAddress: Sendable, Hashable {
  /// The maximum length of the path of a unix socket, in bytes.
  package static let longestPath = 107

  /// The address in the system's representation.
  private let bytes: [UInt8]
  package let family: CInt

  private init(bytes: [UInt8], family: CInt) {
    self.bytes = bytes
    self.family = family
  }

  // MARK: Internet addresses

  /// The reason why a host has no address.
  package struct Failure: Error, Hashable {
    package let why: String

    package init(why: String) { self.why = why }
  }

  /// Returns the addresses of a host in the system's order. The call may block on name servers.
  ///
  /// - Parameters:
  ///   - host: a name or an address; `nil` is the loopback address or, with `AI_PASSIVE`, all interfaces.
  ///   - family: `AF_INET`, `AF_INET6`, or `AF_UNSPEC` for both.
  ///   - flags: flags of getaddrinfo(3); with `AI_NUMERICHOST`, the host must be an address, and the call does not
  ///     block.
  package static func find(
    _ host: String?, port: Int, family: CInt = AF_UNSPEC, flags: CInt = 0
  ) -> Result<[SocketAddress], Failure> {
    var hints = unsafe addrinfo()
    unsafe hints.ai_family = family
    unsafe hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
    unsafe hints.ai_flags = AI_NUMERICSERV | flags
    var list: UnsafeMutablePointer<addrinfo>?
    let result = unsafe getaddrinfo(host, String(port), &hints, &list)
    defer { if let list = unsafe list { unsafe freeaddrinfo(list) } }
    guard result == 0 else { return .failure(Failure(why: unsafe String(cString: gai_strerror(result)))) }
    var all: [SocketAddress] = []
    var next = unsafe list
    while let entry = unsafe next {
      if let address = unsafe entry.pointee.ai_addr {
        let bytes = unsafe UnsafeRawBufferPointer(start: address, count: Int(entry.pointee.ai_addrlen))
        all.append(SocketAddress(bytes: unsafe Array(bytes), family: unsafe entry.pointee.ai_family))
      }
      unsafe next = entry.pointee.ai_next
    }
    return .success(all)
  }

  // MARK: Unix sockets

  /// Creates the address of a unix socket; `nil` if the path is empty, is too long or contains NUL.
  package init?(path: String) { self.init(Array(path.utf8), isAbstract: false) }

  /// Creates the address of a unix socket from its path or, after `@`, its name in the abstract namespace (unix(7)).
  package init?(pathOrAbstractName name: String) {
    self.init(Array(name.utf8), isAbstract: name.hasPrefix("@"))
  }

  private init?(_ name: [UInt8], isAbstract: Bool) {
    guard !name.isEmpty, name.count <= Self.longestPath, !name.contains(0) else { return nil }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { path in
      unsafe path.copyBytes(from: name)
      if isAbstract { unsafe path[0] = 0 }
    }
    // A path ends with NUL; the length of an abstract name is determined by the address length.
    let length = MemoryLayout<sa_family_t>.size + name.count + (isAbstract ? 0 : 1)
    self.init(bytes: unsafe withUnsafeBytes(of: &address) { unsafe Array($0.prefix(length)) }, family: AF_UNIX)
  }

  // MARK: Use

  /// Calls a function with the address and its length, as bind(2) and connect(2) need them.
  package func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    var storage = sockaddr_storage()
    unsafe withUnsafeMutableBytes(of: &storage) { unsafe $0.copyBytes(from: bytes) }
    return unsafe withUnsafePointer(to: &storage) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, socklen_t(bytes.count)) }
    }
  }
}
