import CProcess
import Glibc

/// An address and a port to listen on.
struct InternetAddress: Sendable {
  private let octets: [UInt8]
  let family: CInt

  /// Looks up the addresses of a host, in the system's order.
  /// - Parameters:
  ///   - host: a name or an address; `nil` means all interfaces.
  ///   - family: `AF_INET` or `AF_INET6`.
  static func resolve(host: String?, port: Int, family: CInt) throws(StartFailure) -> [InternetAddress] {
    var hints = unsafe addrinfo()
    unsafe hints.ai_family = family
    unsafe hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
    unsafe hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
    var list: UnsafeMutablePointer<addrinfo>?
    let result = unsafe getaddrinfo(host, String(port), &hints, &list)
    defer { if let list = unsafe list { unsafe freeaddrinfo(list) } }
    guard result == 0 else {
      let kind = family == AF_INET6 ? "IPv6" : "IPv4"
      throw StartFailure(
        .unavailable,
        "Socket: '\(host ?? "*")' has no \(kind) address: \(unsafe String(cString: gai_strerror(result)))")
    }
    var all: [InternetAddress] = []
    var next = unsafe list
    while let entry = unsafe next {
      if let address = unsafe entry.pointee.ai_addr {
        let octets = unsafe UnsafeRawBufferPointer(start: address, count: Int(entry.pointee.ai_addrlen))
        all.append(InternetAddress(octets: unsafe Array(octets), family: unsafe entry.pointee.ai_family))
      }
      unsafe next = entry.pointee.ai_next
    }
    return all
  }

  func withSocketAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    var storage = sockaddr_storage()
    unsafe withUnsafeMutableBytes(of: &storage) { unsafe $0.copyBytes(from: octets) }
    return unsafe withUnsafePointer(to: &storage) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe body($0, socklen_t(octets.count))
      }
    }
  }
}
