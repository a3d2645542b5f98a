import Glibc

/// The maximum number of concurrent DNS lookups, each of which may need a socket.
package enum DescriptorLimit {
  /// Returns the number of lookups to allow: `wanted`, but at most a quarter of the file descriptors that this process
  /// may currently open, or 256 if that number is unknown; at least 1.
  package static func lookups(_ wanted: Int) -> Int {
    var limit = rlimit()
    guard unsafe getrlimit(CInt(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return max(1, min(wanted, 256)) }
    return lookups(wanted, descriptors: Int(clamping: limit.rlim_cur))
  }

  package static func lookups(_ wanted: Int, descriptors: Int) -> Int { max(1, min(wanted, descriptors / 4)) }
}
