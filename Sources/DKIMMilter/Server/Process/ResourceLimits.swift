import CProcess
import DKIMDNS
import Glibc

/// What the system allows the process.
enum ResourceLimits {
  /// Descriptors for logs, files and data sets.
  private static let reservedDescriptors = 128

  /// Asks for as many descriptors as there may be, and tells how many that are.
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

  /// Too few descriptors for the event loops would end the process when it makes them.
  /// - Parameter loops: the event loops of the server. Each takes three descriptors, as does the one that measures the
  ///   time limits of data sets on servers.
  static func check(descriptors: Int, loops: Int) throws(StartFailure) {
    let fewest = 3 * (loops + 1) + 12
    guard descriptors < fewest else { return }
    throw StartFailure(
      .systemError,
      "only \(descriptors) descriptors are allowed (ulimit -n, LimitNOFILE=); at least \(fewest) are needed, and two "
        + "for each connection")
  }

  /// How many connections may be open at a time: what questions to DNS and the rest leave.
  static func connections(descriptors: Int) -> Int {
    let questions = DescriptorLimit.questions(DNSConfiguration(servers: []).maximumQuestions, descriptors: descriptors)
    return min(65_536, max(descriptors / 2, descriptors - questions - reservedDescriptors))
  }

  /// `EnableCoredumps`: a process that has changed its user leaves no core file unless this is asked for.
  static func enableCoreFiles() {
    var limit = rlimit(rlim_cur: rlim_t.max, rlim_max: rlim_t.max)
    unsafe setrlimit(CInt(RLIMIT_CORE.rawValue), &limit)
    _ = cprocess_set_dumpable(1)
  }
}
