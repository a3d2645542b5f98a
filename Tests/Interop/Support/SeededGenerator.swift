import Glibc

/// SplitMix64: the same seed gives the same messages everywhere.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// True in one of `n` cases.
  mutating func oneIn(_ n: Int) -> Bool { Int.random(in: 0..<n, using: &self) == 0 }

  mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int.random(in: 0..<elements.count, using: &self)]
  }
}

/// What the environment says about a run.
enum Run {
  /// DKIM_INTEROP_SEED, or the time.
  static let seed: UInt64 = number("DKIM_INTEROP_SEED") ?? UInt64(time(nil))
  /// DKIM_INTEROP_COUNT: messages for each peer and direction.
  static let count = Int(number("DKIM_INTEROP_COUNT") ?? 300)
  /// DKIM_INTEROP_REQUIRED: a peer that is not installed is a failure.
  static let requiresPeers = text("DKIM_INTEROP_REQUIRED") != nil
  /// DKIM_INTEROP_KEEP: a folder for the messages that are judged differently.
  static let keepFolder = text("DKIM_INTEROP_KEEP")

  static func text(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  private static func number(_ name: String) -> UInt64? { text(name).flatMap { UInt64($0) } }
}
