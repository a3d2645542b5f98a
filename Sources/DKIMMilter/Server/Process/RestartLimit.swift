import DKIMConfiguration

/// The limits on restarts of a failed worker: `AutoRestartCount` in total, and `AutoRestartRate` within a time.
struct RestartLimit: Sendable {
  /// The maximum number of restarts in total; 0: no limit.
  let count: Int
  let rate: (restarts: Int, within: Duration)?
  private var total = 0
  private var recent: [Duration] = []

  init(count: Int, rate: (restarts: Int, within: Duration)?) {
    self.count = count
    self.rate = rate
  }

  /// Whether one more restart is allowed.
  enum Permission: Sendable, Hashable {
    case restart
    /// The limit that is reached, as a message for the log.
    case giveUp(String)
  }

  /// Counts one more restart and checks the limits.
  /// - Parameter now: the time since any fixed moment.
  mutating func restart(at now: Duration) -> Permission {
    total += 1
    if count > 0, total > count {
      return .giveUp("maximum restart count exceeded (\(Setting.autoRestartCount.name) \(count))")
    }
    guard let rate, rate.restarts > 0 else { return .restart }
    recent.append(now)
    recent.removeAll { now - $0 > rate.within }
    guard recent.count > rate.restarts else { return .restart }
    return .giveUp(
      "maximum restart rate exceeded (\(Setting.autoRestartRate.name) \(rate.restarts)/\(rate.within.components.seconds)s)"
    )
  }
}
