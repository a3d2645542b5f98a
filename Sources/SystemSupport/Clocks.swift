package import Glibc

/// The clock for time limits and intervals: it runs at a constant rate from an arbitrary point in time.
package enum MonotonicClock {
  package static var nanoseconds: Int64 {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }

  package static var milliseconds: Int64 { nanoseconds / 1_000_000 }
}

/// The clock for the time of day.
package enum WallClock {
  /// The time since 1970.
  package static var now: timespec {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
    return time
  }

  /// Whole seconds since 1970.
  package static var seconds: Int { Int(time(nil)) }
}
