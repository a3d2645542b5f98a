import NIOCore
import Synchronization

/// The objects that the parts of the server share.
struct ServerResources: Sendable {
  let current: CurrentConfiguration
  let log: Log
  let metrics: MilterMetrics
  /// The limit for log lines about connections that are refused and metrics that cannot be written.
  let limiter = LogLimiter()
  let output: BackgroundOutput

  init(current: CurrentConfiguration, log: Log, metrics: MilterMetrics, loop: any EventLoop) {
    self.current = current
    self.log = log
    self.metrics = metrics
    output = BackgroundOutput(log: log, limiter: limiter, metrics: metrics, loop: loop)
  }
}

/// The configuration for new connections, which a reload replaces.
final class CurrentConfiguration: Sendable {
  private let value: Mutex<ActiveConfiguration>

  init(_ active: ActiveConfiguration) { value = Mutex(active) }

  var active: ActiveConfiguration { value.withLock { $0 } }

  func replace(with next: ActiveConfiguration) { value.withLock { $0 = next } }
}
