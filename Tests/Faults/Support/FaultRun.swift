import Glibc
import TestSupport

/// What the environment says about a run.
enum FaultRun {
  /// DKIM_FAULTS_SEED, or the time.
  static let seed: UInt64 = number("DKIM_FAULTS_SEED") ?? UInt64(time(nil))
  /// DKIM_FAULTS_SCALE: 1 fits into continuous integration; more is longer.
  static let scale = Int(max(1, min(number("DKIM_FAULTS_SCALE") ?? 1, 1000)))
  /// DKIM_FAULTS_MILTER: another program that is started with `-f -x FILE`.
  static let program = text("DKIM_FAULTS_MILTER") ?? TestFiles.programs + "/dkim-milter"
  /// Sanitizers keep memory that was freed: nothing can be said of it.
  static let measuresMemory = text("ASAN_OPTIONS") == nil && text("TSAN_OPTIONS") == nil
  static let isSuperuser = geteuid() == 0

  static func text(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  private static func number(_ name: String) -> UInt64? { text(name).flatMap { UInt64($0) } }
}

extension Duration {
  /// In seconds.
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
