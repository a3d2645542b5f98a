import Glibc

/// What the main thread does while others filter mail: it waits for signals, and for the time of regular tasks.
struct ServerLoop {
  private let server: MilterServer
  private let notifier: ServiceNotifier
  private let watchdogInterval: Duration?
  private let log: Log
  private let signals = SignalSet()

  init(_ server: MilterServer, notifier: ServiceNotifier, watchdogInterval: Duration?, log: Log) {
    self.server = server
    self.notifier = notifier
    self.watchdogInterval = watchdogInterval
    self.log = log
  }

  /// Until the process is told to end and the messages under way are finished, or `shutdownTimeout` is over.
  /// - Parameter whenStopping: called before the listening sockets are closed.
  func run(shutdownTimeout: () -> Duration, whenStopping: () -> Void) {
    var nextWatchdog = ContinuousClock.now
    var nextChores = ContinuousClock.now
    while true {
      let now = ContinuousClock.now
      if let watchdogInterval, now >= nextWatchdog {
        // The word is given only while all event loops turn.
        if server.pulse() { notifier.watchdog() }
        nextWatchdog = now + watchdogInterval
      }
      if now >= nextChores {
        server.doChores()
        nextChores = now + .seconds(MetricsFile.interval)
      }
      let next = watchdogInterval == nil ? nextChores : min(nextChores, nextWatchdog)
      switch signals.wait(atMost: next - ContinuousClock.now) {
      case SIGTERM?, SIGINT?:
        whenStopping()
        return stop(within: shutdownTimeout())
      case SIGHUP?, SIGUSR1?: reload()
      default: continue
      }
    }
  }

  private func reload() {
    notifier.reloading()
    server.reload { notifier.ready() }
  }

  private func stop(within limit: Duration) {
    notifier.stopping()
    let start = ContinuousClock.now
    server.stopAccepting()
    while !server.isIdle, ContinuousClock.now < start + limit {
      let signal = signals.wait(atMost: .milliseconds(10))
      // A second signal ends at once. One that comes together with the first is the same one: a service manager, or
      // Ctrl-C, tells each process of the group, and the supervisor passes it on.
      if signal == SIGTERM || signal == SIGINT, ContinuousClock.now > start + .seconds(1) { break }
    }
    let left = server.closeAll()
    // The answers to those who wait go out before the process ends.
    let last = ContinuousClock.now + .milliseconds(500)
    while !server.isIdle, ContinuousClock.now < last { _ = signals.wait(atMost: .milliseconds(5)) }
    if left > 0 { log.write(.warning, "\(left) messages were not finished in time (ShutdownTimeout)") }
  }
}
