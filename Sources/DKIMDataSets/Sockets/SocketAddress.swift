internal import Glibc

/// An address that a socket can be connected to.
struct SocketAddress: Sendable, Hashable {
  /// The address in the system's representation.
  private let octets: [UInt8]
  let family: CInt

  /// Returns the addresses of a host in the system's order, or the reason why there are none. The call may block on
  /// name servers; a numeric address is converted without blocking.
  static func find(_ host: String, port: Int, mayAsk: Bool) -> Result<[SocketAddress], Failure> {
    var hints = unsafe addrinfo()
    unsafe hints.ai_family = AF_UNSPEC
    unsafe hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
    unsafe hints.ai_flags = AI_NUMERICSERV | (mayAsk ? 0 : AI_NUMERICHOST)
    var list: UnsafeMutablePointer<addrinfo>?
    let result = unsafe getaddrinfo(host, String(port), &hints, &list)
    defer { if let list = unsafe list { unsafe freeaddrinfo(list) } }
    guard result == 0 else { return .failure(Failure(why: unsafe String(cString: gai_strerror(result)))) }
    var all: [SocketAddress] = []
    var next = unsafe list
    while let entry = unsafe next {
      if let address = unsafe entry.pointee.ai_addr {
        let octets = unsafe UnsafeRawBufferPointer(start: address, count: Int(entry.pointee.ai_addrlen))
        all.append(SocketAddress(octets: unsafe Array(octets), family: unsafe entry.pointee.ai_family))
      }
      unsafe next = entry.pointee.ai_next
    }
    return .success(all)
  }

  struct Failure: Error, Hashable {
    let why: String
  }

  private init(octets: [UInt8], family: CInt) {
    self.octets = octets
    self.family = family
  }

  /// Creates the address of a unix socket; `nil` if the path is too long.
  init?(path: String) {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let path = Array(path.utf8)
    guard path.count <= ServerAddress.longestPath else { return nil }
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path) }
    octets = unsafe withUnsafeBytes(of: &address) { unsafe Array($0) }
    family = AF_UNIX
  }

  func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    var storage = sockaddr_storage()
    unsafe withUnsafeMutableBytes(of: &storage) { unsafe $0.copyBytes(from: octets) }
    return unsafe withUnsafePointer(to: &storage) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, socklen_t(octets.count)) }
    }
  }
}
