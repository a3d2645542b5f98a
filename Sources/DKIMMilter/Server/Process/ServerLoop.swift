import DKIMConfiguration
import Glibc

/// The loop of the main thread: it waits for signals and runs periodic tasks, while other threads filter mail.
struct ServerLoop {
  private let server: FilterServer
  private let notifier: ServiceNotifier
  private let watchdogInterval: Duration?
  private let log: Log
  private let signals = SignalSet()

  init(_ server: FilterServer, notifier: ServiceNotifier, watchdogInterval: Duration?, log: Log) {
    self.server = server
    self.notifier = notifier
    self.watchdogInterval = watchdogInterval
    self.log = log
  }

  /// Runs until the process gets a signal to end and the current messages are finished, or `ShutdownTimeout` has
  /// passed.
  /// - Parameter whenStopping: called before the listening sockets are closed.
  func run(whenStopping: () -> Void) {
    var nextWatchdog = ContinuousClock.now
    var nextPeriodicTasks = ContinuousClock.now
    while true {
      let now = ContinuousClock.now
      if let watchdogInterval, now >= nextWatchdog {
        // The watchdog is notified only if all event loops are responsive.
        if server.watchdog.check() { notifier.watchdog() }
        nextWatchdog = now + watchdogInterval
      }
      if now >= nextPeriodicTasks {
        server.periodicTasks.run()
        nextPeriodicTasks = now + .seconds(PeriodicTasks.interval)
      }
      let next = watchdogInterval == nil ? nextPeriodicTasks : min(nextPeriodicTasks, nextWatchdog)
      switch signals.wait(atMost: next - ContinuousClock.now) {
      case SIGTERM?, SIGINT?:
        whenStopping()
        return stop(within: server.shutdownTimeout)
      case SIGHUP?, SIGUSR1?: reload()
      default: continue
      }
    }
  }

  private func reload() {
    notifier.reloading()
    server.reloader.reload { notifier.ready() }
  }

  private func stop(within limit: Duration) {
    notifier.stopping()
    let start = ContinuousClock.now
    server.stop()
    while !server.isIdle, ContinuousClock.now < start + limit {
      let signal = signals.wait(atMost: .milliseconds(10))
      // A second signal ends the process immediately. One that arrives with the first is a duplicate: a service
      // manager, or Ctrl-C, sends the signal to each process of the group, and the supervisor forwards it, too.
      if signal == SIGTERM || signal == SIGINT, ContinuousClock.now > start + .seconds(1) { break }
    }
    let left = server.closeAll()
    // Pending responses are sent before the process ends.
    let last = ContinuousClock.now + .milliseconds(500)
    while !server.isIdle, ContinuousClock.now < last { _ = signals.wait(atMost: .milliseconds(5)) }
    if left > 0 { log.write(.warning, "\(left) messages were not finished in time (\(Setting.shutdownTimeout.name))") }
  }
}
