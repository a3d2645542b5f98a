import Glibc

/// The maximum number of sockets for lookups.
package enum DescriptorLimit {
  /// Returns `wanted`, but at most a quarter of the file descriptors that this process may currently open; at least 1.
  package static func questions(_ wanted: Int) -> Int {
    var limit = rlimit()
    guard unsafe getrlimit(CInt(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return max(1, min(wanted, 256)) }
    return questions(wanted, descriptors: Int(clamping: limit.rlim_cur))
  }

  package static func questions(_ wanted: Int, descriptors: Int) -> Int { max(1, min(wanted, descriptors / 4)) }
}
