import Glibc
import TestSupport

extension SeededGenerator {
  /// True in one of `n` cases.
  mutating func oneIn(_ n: Int) -> Bool { Int.random(in: 0..<n, using: &self) == 0 }

  mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int.random(in: 0..<elements.count, using: &self)]
  }
}

/// The environment variables of a run.
enum Run {
  /// DKIM_INTEROP_SEED, or the time.
  static let seed: UInt64 = number("DKIM_INTEROP_SEED") ?? UInt64(time(nil))
  /// DKIM_INTEROP_COUNT: messages for each peer and direction.
  static let count = Int(number("DKIM_INTEROP_COUNT") ?? 300)
  /// DKIM_INTEROP_REQUIRED: a missing peer is a failure.
  static let requiresPeers = text("DKIM_INTEROP_REQUIRED") != nil
  /// DKIM_INTEROP_KEEP: a directory for the messages with different verdicts.
  static let keepFolder = text("DKIM_INTEROP_KEEP")

  static func text(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  private static func number(_ name: String) -> UInt64? { text(name).flatMap { UInt64($0) } }
}
