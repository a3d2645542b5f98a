/// A time in DKIM's format: whole seconds since 1970-01-01 00:00:00 UTC, never negative.
///
/// The core does not read the clock; the caller passes the time of signing or verifying.
/// `t=` and `x=` have up to 12 digits. // RFC 6376 §3.5
public struct Timestamp: Sendable, Hashable, Comparable {
  /// Seconds since the epoch.
  public let seconds: UInt64

  /// A time later than all others, which represents `t=` and `x=` with more than 12 digits.
  public static let never = Timestamp(.max)

  /// - Parameter seconds: seconds since 1970-01-01 00:00:00 UTC.
  public init(_ seconds: UInt64) {
    self.seconds = seconds
  }

  public static func < (a: Timestamp, b: Timestamp) -> Bool {
    a.seconds < b.seconds
  }
}

extension Duration {
  /// The number of whole seconds; 0 for a negative duration, and `Int64.max` if there are more.
  package var wholeSeconds: UInt64 {
    guard self > .zero else { return 0 }
    // `components` traps if the number of seconds does not fit.
    guard self < .seconds(Int64.max) else { return UInt64(Int64.max) }
    return UInt64(components.seconds)
  }
}

extension Timestamp: CustomStringConvertible {
  public var description: String { String(seconds) }
}
