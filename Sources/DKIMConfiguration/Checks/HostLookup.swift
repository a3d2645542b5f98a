internal import Glibc

/// Names of hosts, as the start of the filter looks them up.
enum HostLookup {
  /// Whether there is an address of that kind. May take as long as the system's resolver does.
  static func hasAddress(_ host: String, isIPv6: Bool) -> Bool {
    var hints = unsafe addrinfo()
    unsafe hints.ai_family = isIPv6 ? AF_INET6 : AF_INET
    unsafe hints.ai_flags = AI_PASSIVE
    var list: UnsafeMutablePointer<addrinfo>?
    guard unsafe getaddrinfo(host, nil, &hints, &list) == 0 else { return false }
    unsafe freeaddrinfo(list)
    return true
  }
}
