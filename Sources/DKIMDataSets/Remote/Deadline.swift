internal import SystemSupport

/// A time by which something has to be done, on the monotonic clock.
struct Deadline: Sendable, Hashable {
  /// Milliseconds of the monotonic clock.
  let moment: Int64

  init(moment: Int64) { self.moment = moment }

  /// Creates a deadline the given number of milliseconds from now.
  init(in milliseconds: Int) {
    moment = Self.now &+ Int64(clamping: min(max(milliseconds, 0), 1 << 40))
  }

  /// Milliseconds left; 0 after the deadline.
  var remaining: Int { Int(max(0, moment - Self.now)) }

  var isOver: Bool { remaining == 0 }

  /// Milliseconds of the monotonic clock.
  static var now: Int64 { MonotonicClock.milliseconds }
}
