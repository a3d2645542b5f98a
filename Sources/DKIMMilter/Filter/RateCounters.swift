import DKIMConfiguration
import DKIMCore
import Synchronization

/// Counts accepted messages for `RateLimits`. A reload keeps the counters; any number of threads may use them.
package final class RateCounters: Sendable {
  /// The maximum number of domains with a counter; beyond it, the one that was used least recently begins again.
  static let capacity = 1 << 16

  private struct Period: Sendable {
    let start: UInt64
    var messages: Int
  }

  private let periods = Mutex(BoundedCache<String, Period>(capacity: capacity))

  package init() {}

  /// Counts a message for all of its limits, unless one of them has been reached.
  ///
  /// - Parameters:
  ///   - maximum: returns the number of messages that a limit allows.
  ///   - seconds: the duration of a period, which begins with the first message.
  /// - Returns: the limits that have been reached; if empty, the message was counted.
  func count(
    _ limits: [RateLimitTable.Limit], maximum: (RateLimitTable.Limit) -> Int, at time: Timestamp, within seconds: Int
  ) -> [RateLimitTable.Limit] {
    guard !limits.isEmpty else { return [] }
    return periods.withLock { periods in
      var counted: [(domain: String, period: Period)] = []
      let reached = limits.filter { limit in
        var period = periods.use(limit.domain) ?? Period(start: time.seconds, messages: 0)
        // The clock may have been set back.
        let isOver = time.seconds < period.start || time.seconds - period.start >= UInt64(clamping: seconds)
        if isOver { period = Period(start: time.seconds, messages: 0) }
        period.messages += 1
        counted.append((limit.domain, period))
        return period.messages > maximum(limit)
      }
      if reached.isEmpty {
        for (domain, period) in counted { periods.store(period, for: domain) }
      }
      return reached
    }
  }
}
