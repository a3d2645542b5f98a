internal import Glibc

/// Looks up host names in the same way as the filter does at the start.
enum HostLookup {
  /// Returns whether a host has an address of the family. Waits for the system's resolver.
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
