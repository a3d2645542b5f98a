import Glibc
import TestSupport

/// Options for a run from the environment.
package enum MilterRun {
  /// The random seed: DKIM_FAULTS_SEED, or the time.
  package static let seed: UInt64 = number("DKIM_FAULTS_SEED") ?? UInt64(time(nil))
  /// DKIM_FAULTS_SCALE: 1 is suitable for continuous integration; higher values take longer.
  package static let scale = Int(max(1, min(number("DKIM_FAULTS_SCALE") ?? 1, 1000)))
  /// DKIM_FAULTS_MILTER: another program to start with `-f -x FILE`.
  package static let program = text("DKIM_FAULTS_MILTER") ?? TestFiles.programs + "/dkim-milter"
  /// Whether memory can be measured: sanitizers keep memory that was freed.
  package static let measuresMemory = text("ASAN_OPTIONS") == nil && text("TSAN_OPTIONS") == nil
  /// The maximum duration of a message during attacks that use much processor time in an unoptimized build.
  #if DEBUG
    package static let timeout = Duration.seconds(4)
  #else
    package static let timeout = Duration.seconds(1)
  #endif
  package static let isSuperuser = geteuid() == 0

  package static func text(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  private static func number(_ name: String) -> UInt64? { text(name).flatMap { UInt64($0) } }
}

extension Duration {
  /// The duration in seconds.
  package var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
