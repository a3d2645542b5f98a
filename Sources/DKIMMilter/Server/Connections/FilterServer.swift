import DKIMConfiguration
import NIOCore
import NIOPosix
import SystemSupport

/// The milter server, composed of its parts: a ``Listener`` for connections from MTAs, a ``MetricsEndpoint``,
/// ``PeriodicTasks`` and a ``Reloader``.
struct FilterServer: Sendable {
  /// The total number of event loops: one for each processor, and the one for DNS.
  static var loops: Int { System.coreCount + 1 }

  private let listener: Listener
  private let metricsEndpoint: MetricsEndpoint
  let periodicTasks: PeriodicTasks
  let reloader: Reloader
  /// The check that the event loops are responsive.
  let watchdog: EventLoopWatchdog
  private let resources: ServerResources
  private let connections: ConnectionRegistry

  init(
    _ configuration: Configuration, source: ConfigurationSource, log: Log, plan: KeySourcePlan,
    maximumConnections: Int
  ) {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: System.coreCount)
    // DNS has a separate event loop, so that a DNS outage does not slow connections down.
    let dnsGroup = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    watchdog = EventLoopWatchdog(Array(group.makeIterator()) + Array(dnsGroup.makeIterator()))
    for problem in plan.problems { log.write(.warning, "\(problem)") }
    let metrics = MilterMetrics()
    let active = ActiveConfiguration(configuration, plan: plan, previous: nil, group: dnsGroup, metrics: metrics)
    metrics.update { $0.configurationLoaded = WallClock.seconds }
    resources = ServerResources(current: CurrentConfiguration(active), log: log, metrics: metrics, loop: group.next())
    connections = ConnectionRegistry(maximum: maximumConnections)
    let report = MetricsReport(resources: resources, connections: connections)
    listener = Listener(resources, connections: connections, group: group)
    metricsEndpoint = MetricsEndpoint(resources, report: report, group: dnsGroup)
    periodicTasks = PeriodicTasks(resources, report: report)
    reloader = Reloader(resources, source: source, dnsGroup: dnsGroup)
  }

  /// The current value of `ShutdownTimeout`.
  var shutdownTimeout: Duration { .seconds(resources.current.active.configuration.process.shutdownTimeout) }

  /// A listening socket was lost, so the process is exiting.
  var hasLostListener: Bool { listener.hasLostSocket }

  /// Whether no connection is open.
  var isIdle: Bool { connections.count == 0 }

  /// Starts accepting connections.
  /// - Parameter descriptors: listening sockets, which the server takes over and closes.
  func start(_ descriptors: [CInt], metrics metricsDescriptor: CInt?) throws(StartFailure) {
    try listener.start(descriptors)
    if let metricsDescriptor { try metricsEndpoint.start(metricsDescriptor) }
  }

  /// Stops accepting connections; each open one ends after its current message.
  func stop() {
    listener.stop()
    metricsEndpoint.stop()
  }

  /// Waits until the statistics, failure reports and diagnostic files of finished messages are written and sent, but at
  /// most for `limit`.
  func flushOutput(within limit: Duration) { resources.output.flush(within: limit) }

  /// Closes all connections and returns how many were still open.
  func closeAll() -> Int { connections.closeAll() }
}
