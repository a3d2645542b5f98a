import CProcess
import DKIMDNS
import Glibc

/// The resource limits of the process.
enum ResourceLimits {
  /// The number of descriptors reserved for logs, files and data sets.
  private static let reservedDescriptors = 128

  /// Raises the limit on descriptors as far as possible and returns the new limit.
  static func raiseDescriptors() -> Int {
    var limit = rlimit()
    guard unsafe getrlimit(CInt(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
    let wanted = min(limit.rlim_max, 1 << 20)
    if limit.rlim_cur < wanted {
      var raised = rlimit(rlim_cur: wanted, rlim_max: limit.rlim_max)
      if unsafe setrlimit(CInt(RLIMIT_NOFILE.rawValue), &raised) == 0 { limit.rlim_cur = wanted }
    }
    return Int(clamping: limit.rlim_cur)
  }

  /// Throws if there are too few descriptors for the event loops, because the process would crash when it creates them.
  /// - Parameter loops: the number of event loops. Each needs three descriptors.
  static func check(descriptors: Int, loops: Int) throws(StartFailure) {
    let fewest = 3 * loops + 12
    guard descriptors < fewest else { return }
    throw StartFailure(
      .systemError,
      "only \(descriptors) descriptors are allowed (ulimit -n, LimitNOFILE=); at least \(fewest) are needed, and two "
        + "for each connection")
  }

  /// Returns the maximum number of open connections: the descriptors not needed for DNS queries and other purposes.
  static func connections(descriptors: Int) -> Int {
    let lookups = DescriptorLimit.lookups(
      DNSConfiguration(servers: []).maximumConcurrentQueries, descriptors: descriptors)
    return min(65_536, max(descriptors / 2, descriptors - lookups - reservedDescriptors))
  }

  /// Enables core files (`EnableCoredumps`), which a process that has changed its user does not write by default.
  static func enableCoreFiles() {
    var limit = rlimit(rlim_cur: rlim_t.max, rlim_max: rlim_t.max)
    unsafe setrlimit(CInt(RLIMIT_CORE.rawValue), &limit)
    _ = cprocess_set_dumpable(1)
  }
}
