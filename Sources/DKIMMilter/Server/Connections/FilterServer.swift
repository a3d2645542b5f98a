import CProcess
import DKIMConfiguration
import Glibc
import Milter
import NIOCore
import NIOPosix
import Synchronization

/// The milter server: it accepts connections from MTAs and filters their mail, with a configuration that can be
/// reloaded.
final class FilterServer: Sendable {
  private struct State {
    var active: ActiveConfiguration
    var listeners: [any Channel] = []
    /// No new connections are accepted.
    var isStopping = false
    /// A listening socket was closed unexpectedly.
    var hasLostListener = false
    var isReloading = false
    /// `MetricsFile` is being written.
    var isWritingMetrics = false
    /// How often the periodic tasks have run.
    var chores = 0
    /// A reload was requested during another reload.
    var reloadsAgain = false
  }

  private let state: Mutex<State>
  private let source: ConfigurationSource
  private let log: Log
  private let metrics = MilterMetrics()
  private let registry: ConnectionRegistry
  private let metricsRegistry = ConnectionRegistry(maximum: 16)
  private let signingThreads: NIOThreadPool
  /// The thread that writes files, so that a disk that hangs blocks nothing else.
  private let fileThread = NIOThreadPool(numberOfThreads: 1)
  private let reloadThread = ThreadExecutor()
  private let group: MultiThreadedEventLoopGroup
  /// The event loop for DNS, which is separate so that a DNS outage does not slow connections down.
  private let dnsGroup: MultiThreadedEventLoopGroup
  private let closures = LogLimiter()
  private let refusals = LogLimiter()
  /// The total number of event loops: one for each processor, and the one for DNS.
  static var loops: Int { System.coreCount + 1 }
  private let pulses: EventLoopWatchdog

  init(
    _ configuration: Configuration, source: ConfigurationSource, log: Log, plan: KeySourcePlan,
    maximumConnections: Int
  ) {
    self.source = source
    self.log = log
    registry = ConnectionRegistry(maximum: maximumConnections)
    group = MultiThreadedEventLoopGroup(numberOfThreads: System.coreCount)
    dnsGroup = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    signingThreads = NIOThreadPool(numberOfThreads: System.coreCount)
    signingThreads.start()
    fileThread.start()
    pulses = EventLoopWatchdog(Array(group.makeIterator()) + Array(dnsGroup.makeIterator()))
    for problem in plan.problems { log.write(.warning, "\(problem)") }
    state = Mutex(
      State(
        active: ActiveConfiguration(
          configuration, plan: plan, previous: nil, group: dnsGroup, metrics: metrics)))
    metrics.update { $0.configurationLoaded = Int(time(nil)) }
  }

  var active: ActiveConfiguration { state.withLock { $0.active } }

  /// A listening socket was lost, so the process is exiting.
  var hasLostListener: Bool { state.withLock { $0.hasLostListener } }

  /// Whether no connection is open.
  var isIdle: Bool { registry.count == 0 }

  /// Returns whether every event loop has run since the last call.
  func pulse() -> Bool { pulses.check() }

  // MARK: Listening

  /// - Parameter descriptors: listening sockets, which the server takes over and closes.
  func start(_ descriptors: [CInt], metrics metricsDescriptor: CInt?) throws(StartFailure) {
    for descriptor in descriptors {
      let channel = try wait(bootstrap.withBoundSocket(descriptor))
      // NIO has set it to 128, because it applies the backlog option too late for bound sockets.
      ListeningSocket.lengthenQueue(descriptor)
      state.withLock { $0.listeners.append(channel) }
      channel.closeFuture.whenComplete { _ in self.listenerHasClosed() }
    }
    if let metricsDescriptor {
      let channel = try wait(metricsBootstrap.withBoundSocket(metricsDescriptor))
      state.withLock { $0.listeners.append(channel) }
    }
  }

  /// Ends the process if a listening socket was closed by an error, so that it is started again: otherwise the MTA
  /// could not reach the filter.
  private func listenerHasClosed() {
    let isLost = state.withLock { state in
      state.hasLostListener = state.hasLostListener || !state.isStopping
      return !state.isStopping
    }
    guard isLost else { return }
    log.write(.error, "a listening socket was closed by an error; exiting to be restarted")
    kill(getpid(), SIGTERM)
  }

  private func wait(_ future: EventLoopFuture<any Channel>) throws(StartFailure) -> any Channel {
    do {
      return try future.wait()
    } catch {
      throw StartFailure(.unavailable, "cannot listen: \(error)")
    }
  }

  private var bootstrap: ServerBootstrap {
    ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 4096)
      .serverChannelInitializer { [log, refusals] channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(AcceptFailures(log: log, limiter: refusals))
        }
      }
      // Read one chunk at a time, so that a connection that sends much without a pause does not delay others.
      .childChannelOption(.maxMessagesPerRead, value: 1)
      .childChannelInitializer { channel in self.begin(channel) }
  }

  private func begin(_ channel: any Channel) -> EventLoopFuture<Void> {
    switch registry.add(channel) {
    case .taken: break
    case .closing: return channel.close()
    case .full:
      metrics.add(.refusedConnections)
      refusals.write(
        .warning, "too many connections: \(registry.maximum) are open; closed a new one", to: log)
      return channel.close()
    }
    let active = active
    guard let allowed = active.configuration.origin.allowConnectionsFrom,
      let address = channel.remoteAddress?.ipAddress.flatMap({ IPAddress(String($0.prefix { $0 != "%" })) })
    else { return serve(channel, active) }
    let promise = channel.eventLoop.makePromise(of: String?.self)
    Task(executorPreference: LoopExecutor(channel.eventLoop)) {
      do throws(DataSetError) {
        let match = try await allowed.match(name: nil, address: address)
        promise.succeed(match == nil ? "the address is not in the list" : nil)
      } catch {
        promise.succeed("\(error)")
      }
    }
    return promise.futureResult.flatMap { [log, refusals, metrics] (obstacle: String?) in
      guard let obstacle else { return self.serve(channel, active) }
      metrics.add(.refusedConnections)
      refusals.write(.warning, "connection from \(address) refused by AllowConnectionsFrom: \(obstacle)", to: log)
      return channel.close()
    }
  }

  private func serve(_ channel: any Channel, _ active: ActiveConfiguration) -> EventLoopFuture<Void> {
    metrics.add(.connections)
    let services = ConnectionServices(
      active: active, log: log, metrics: metrics, signingThreads: signingThreads, closures: closures)
    return channel.eventLoop.makeCompletedFuture {
      if channel.localAddress?.protocol != .unix {
        try channel.pipeline.syncOperations.addHandler(QuickAcknowledgement())
      }
      try MilterServer.configure(channel) { ConnectionHandler(services, loop: channel.eventLoop) }
    }
  }

  private var metricsBootstrap: ServerBootstrap {
    ServerBootstrap(group: dnsGroup)
      .serverChannelInitializer { [log, refusals] channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(AcceptFailures(log: log, limiter: refusals))
        }
      }
      .childChannelInitializer { channel in
        guard self.metricsRegistry.add(channel) == .taken else { return channel.close() }
        return channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(MetricsResponder { self.metricsText })
        }
      }
  }

  // MARK: Regular tasks

  private var metricsText: String {
    let active = active
    metrics.update { $0.openConnections = registry.count }
    return metrics.text(
      droppedLogLines: log.droppedLines, dns: active.statistics?(), keyAges: KeyAge.of(active.keyFiles))
  }

  /// Runs the periodic tasks, every ``MetricsFile/interval`` seconds.
  func runPeriodicTasks() {
    logCacheStatistics()
    guard let path = active.configuration.metrics.file else { return }
    let isFree = state.withLock { state in
      defer { state.isWritingMetrics = true }
      return !state.isWritingMetrics
    }
    guard isFree else {
      return refusals.write(.warning, "MetricsFile \(path): the last write has not finished", to: log)
    }
    fileThread.submit { _ in
      if let error = MetricsFile.write(self.metricsText, to: path) {
        self.refusals.write(.warning, "MetricsFile \(path): \(error)", to: self.log)
      }
      self.state.withLock { $0.isWritingMetrics = false }
    }
  }

  /// Logs the hit rate of the DNS cache every five minutes (`QueryCache`).
  private func logCacheStatistics() {
    let isTime = state.withLock { state in
      state.chores += 1
      return state.chores % (300 / MetricsFile.interval) == 0
    }
    let active = active
    guard isTime, active.configuration.dns.queryCache, let counts = active.statistics?() else { return }
    let share = counts.questions == 0 ? 0 : counts.cacheHits * 100 / counts.questions
    log.write(
      .info,
      "cache: \(counts.questions) queries, \(counts.cacheHits) hits (\(share)%), \(counts.cachedAnswers) keys")
  }

  // MARK: Reload and end

  /// Reloads the configuration atomically, and calls `done` afterwards.
  func reload(_ done: @escaping @Sendable () -> Void) {
    let isFirst = state.withLock { state in
      state.reloadsAgain = state.isReloading
      defer { state.isReloading = true }
      return !state.isReloading
    }
    guard isFirst else { return }
    Task.detached(executorPreference: reloadThread) {
      repeat { await self.loadAgain() } while self.mustReloadAgain()
      done()
    }
  }

  private func mustReloadAgain() -> Bool {
    state.withLock { state in
      defer { state.reloadsAgain = false }
      state.isReloading = state.reloadsAgain
      return state.reloadsAgain
    }
  }

  private func loadAgain() async {
    let (configuration, problems) = await source.load(previous: active.configuration)
    for problem in problems { log.write(problem.severity.logLevel, "\(problem)") }
    let path = source.path ?? "no file"
    guard let configuration, adopt(configuration) else {
      metrics.add(.failedReloads)
      log.write(.error, "configuration not reloaded from \(path): the old one remains in effect")
      return
    }
    metrics.add(.reloads)
    metrics.update { $0.configurationLoaded = Int(time(nil)) }
    log.write(.info, "configuration reloaded from \(path)")
  }

  private func adopt(_ configuration: Configuration) -> Bool {
    let previous = active
    do throws(StartFailure) {
      let plan = try KeySourcePlan(configuration.dns, previous: previous.plan)
      for problem in plan.problems { log.write(.warning, "\(problem)") }
      let next = ActiveConfiguration(configuration, plan: plan, previous: previous, group: dnsGroup, metrics: metrics)
      state.withLock { $0.active = next }
      log.redirect(to: Log.Target(configuration.log, previous.configuration.process))
      return true
    } catch {
      log.write(.error, error.message)
      return false
    }
  }

  /// Stops accepting connections; each open one ends after its current message.
  func stopAccepting() {
    let listeners = state.withLock { state in
      state.isStopping = true
      return state.listeners
    }
    for channel in listeners { channel.close(promise: nil) }
    registry.quiesce()
  }

  /// Closes all connections and returns how many were still open.
  func closeAll() -> Int { registry.closeAll() }
}
