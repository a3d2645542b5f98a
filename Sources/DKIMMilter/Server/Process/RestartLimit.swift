/// How often a worker may fail: `AutoRestartCount` in all, `AutoRestartRate` within a time.
struct RestartLimit: Sendable {
  /// No limit: 0.
  let count: Int
  let rate: (restarts: Int, within: Duration)?
  private var total = 0
  private var recent: [Duration] = []

  init(count: Int, rate: (restarts: Int, within: Duration)?) {
    self.count = count
    self.rate = rate
  }

  /// What the limits say to one more restart at `now`, measured from any fixed moment.
  enum Verdict: Sendable, Hashable {
    case restart
    /// A sentence that says which limit is reached.
    case giveUp(String)
  }

  mutating func restart(at now: Duration) -> Verdict {
    total += 1
    if count > 0, total > count { return .giveUp("maximum restart count exceeded (AutoRestartCount \(count))") }
    guard let rate, rate.restarts > 0 else { return .restart }
    recent.append(now)
    recent.removeAll { now - $0 > rate.within }
    guard recent.count > rate.restarts else { return .restart }
    return .giveUp(
      "maximum restart rate exceeded (AutoRestartRate \(rate.restarts)/\(rate.within.components.seconds)s)")
  }
}
