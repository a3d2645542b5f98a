import Synchronization

/// A rate limit for log lines that clients can cause: at most ``linesPerSecond``, and then a count of the suppressed
/// ones.
final class LogLimiter: Sendable {
  static let linesPerSecond = 10

  private struct State {
    var second = ContinuousClock.now
    var lines = 0
    var suppressed = 0
  }

  private let state = Mutex(State())

  func write(_ level: LogLevel, _ text: String, to log: Log) {
    let (isAllowed, suppressed) = state.withLock { state -> (Bool, Int) in
      let now = ContinuousClock.now
      var suppressed = 0
      if now - state.second >= .seconds(1) {
        suppressed = state.suppressed
        state = State(second: now)
      }
      guard state.lines < Self.linesPerSecond else {
        state.suppressed += 1
        return (false, 0)
      }
      state.lines += 1
      return (true, suppressed)
    }
    if suppressed > 0 { log.write(.notice, "suppressed \(suppressed) more lines like the following") }
    if isAllowed { log.write(level, text) }
  }
}
