/// A moment as DKIM writes it: whole seconds since 1970-01-01 00:00:00 UTC, never negative.
///
/// The core reads no clock; whoever signs or verifies says when.
/// `t=` and `x=` carry up to 12 digits. // RFC 6376 §3.5
public struct Timestamp: Sendable, Hashable, Comparable {
  /// Seconds since the epoch.
  public let seconds: UInt64

  /// Later than everything: what `t=` and `x=` of more than 12 digits stand for.
  public static let never = Timestamp(.max)

  /// - Parameter seconds: seconds since 1970-01-01 00:00:00 UTC.
  public init(_ seconds: UInt64) {
    self.seconds = seconds
  }

  public static func < (a: Timestamp, b: Timestamp) -> Bool {
    a.seconds < b.seconds
  }
}

extension Timestamp: CustomStringConvertible {
  public var description: String { String(seconds) }
}
