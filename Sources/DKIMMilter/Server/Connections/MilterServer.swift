import CProcess
import DKIMConfiguration
import Glibc
import Milter
import NIOCore
import NIOPosix
import Synchronization

/// Listens for MTAs and filters their mail, under a configuration that can be exchanged.
final class MilterServer: Sendable {
  private struct State {
    var generation: Generation
    var listeners: [any Channel] = []
    /// No connection is to be taken any more.
    var isStopping = false
    /// A listening socket was closed that nobody told to.
    var hasLostListener = false
    var isReloading = false
    /// The file of MetricsFile is being written.
    var isWritingMetrics = false
    /// How often regular tasks were done.
    var chores = 0
    /// A reload was asked for while another one was on its way.
    var reloadsAgain = false
  }

  private let state: Mutex<State>
  private let source: ConfigurationSource
  private let log: Log
  private let metrics = MilterMetrics()
  private let registry: ConnectionRegistry
  private let metricsRegistry = ConnectionRegistry(maximum: 16)
  private let signingThreads: NIOThreadPool
  /// For a disk that hangs: it is to hold up nothing else.
  private let fileThread = NIOThreadPool(numberOfThreads: 1)
  private let reloadThread = ThreadExecutor()
  private let group: MultiThreadedEventLoopGroup
  /// DNS has an event loop of its own: an outage there slows no connection down.
  private let dnsGroup: MultiThreadedEventLoopGroup
  private let closures = LogLimiter()
  private let refusals = LogLimiter()
  /// Event loops in all: one for each processor, and the one of DNS.
  static var loops: Int { System.coreCount + 1 }
  private let pulses: LoopPulse

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
    pulses = LoopPulse(Array(group.makeIterator()) + Array(dnsGroup.makeIterator()))
    for problem in plan.problems { log.write(.warning, "\(problem)") }
    state = Mutex(
      State(
        generation: Generation(
          configuration, plan: plan, previous: nil, group: dnsGroup, metrics: metrics)))
    metrics.update { $0.configurationLoaded = Int(time(nil)) }
  }

  var generation: Generation { state.withLock { $0.generation } }

  /// Connections could not be taken any more, so that the process ended itself.
  var hasLostListener: Bool { state.withLock { $0.hasLostListener } }

  /// Whether no connection is open.
  var isIdle: Bool { registry.count == 0 }

  /// Whether every event loop has turned since the last call.
  func pulse() -> Bool { pulses.beat() }

  // MARK: Listening

  /// - Parameter descriptors: listening sockets, which become the server's own.
  func start(_ descriptors: [CInt], metrics metricsDescriptor: CInt?) throws(StartFailure) {
    for descriptor in descriptors {
      let channel = try wait(bootstrap(isTCP: Self.isTCP(descriptor)).withBoundSocket(descriptor))
      // NIO has made it 128 before it came to its option for that.
      ListeningSocket.lengthenQueue(descriptor)
      state.withLock { $0.listeners.append(channel) }
      channel.closeFuture.whenComplete { _ in self.listenerHasClosed() }
    }
    if let metricsDescriptor {
      let channel = try wait(metricsBootstrap.withBoundSocket(metricsDescriptor))
      state.withLock { $0.listeners.append(channel) }
    }
  }

  /// The system may close one with an error. A filter that nobody can reach is better started again.
  private func listenerHasClosed() {
    let isLost = state.withLock { state in
      state.hasLostListener = state.hasLostListener || !state.isStopping
      return !state.isStopping
    }
    guard isLost else { return }
    log.write(.error, "a listening socket has been closed by an error; ending, to be started again")
    kill(getpid(), SIGTERM)
  }

  private func wait(_ future: EventLoopFuture<any Channel>) throws(StartFailure) -> any Channel {
    do {
      return try future.wait()
    } catch {
      throw StartFailure(.unavailable, "cannot listen: \(error)")
    }
  }

  private func bootstrap(isTCP: Bool) -> ServerBootstrap {
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 4096)
      .serverChannelInitializer { [log, refusals] channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(AcceptFailures(log: log, limiter: refusals))
        }
      }
      // One piece at a time: who sends much without a pause is not to keep others waiting.
      .childChannelOption(.maxMessagesPerRead, value: 1)
      .childChannelInitializer { channel in self.begin(channel) }
    guard isTCP else { return bootstrap }
    // One write answers a message; it must not wait for an acknowledgement.
    return bootstrap.childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
  }

  private func begin(_ channel: any Channel) -> EventLoopFuture<Void> {
    switch registry.add(channel) {
    case .taken: break
    case .closing: return channel.close()
    case .full:
      metrics.add(.refusedConnections)
      refusals.write(
        .warning, "too many connections: \(registry.maximum) are open; one more was closed", to: log)
      return channel.close()
    }
    let generation = generation
    guard let allowed = generation.configuration.origin.allowConnectionsFrom,
      let address = channel.remoteAddress?.ipAddress.flatMap({ IPAddress(String($0.prefix { $0 != "%" })) })
    else { return serve(channel, generation) }
    let promise = channel.eventLoop.makePromise(of: String?.self)
    Task(executorPreference: LoopExecutor(channel.eventLoop)) {
      do throws(DataSetError) {
        let match = try await allowed.match(name: nil, address: address)
        promise.succeed(match == nil ? "it is not in the list" : nil)
      } catch {
        promise.succeed("\(error)")
      }
    }
    return promise.futureResult.flatMap { [log, refusals, metrics] (obstacle: String?) in
      guard let obstacle else { return self.serve(channel, generation) }
      metrics.add(.refusedConnections)
      refusals.write(.warning, "connection from \(address) refused by AllowConnectionsFrom: \(obstacle)", to: log)
      return channel.close()
    }
  }

  private func serve(_ channel: any Channel, _ generation: Generation) -> EventLoopFuture<Void> {
    metrics.add(.connections)
    let services = ConnectionServices(
      generation: generation, log: log, metrics: metrics, signingThreads: signingThreads, closures: closures)
    return channel.eventLoop.makeCompletedFuture {
      let connection = FilteredConnection(services, loop: channel.eventLoop)
      if channel.localAddress?.protocol != .unix {
        try channel.pipeline.syncOperations.addHandler(QuickAcknowledgement())
      }
      try channel.pipeline.syncOperations.addHandler(MilterHandler(connection))
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

  private static func isTCP(_ descriptor: CInt) -> Bool {
    var address = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe getsockname(descriptor, $0, &length)
      }
    }
    return result == 0 && CInt(address.ss_family) != AF_UNIX
  }

  // MARK: Regular tasks

  private var metricsText: String {
    let generation = generation
    metrics.update { $0.openConnections = registry.count }
    return metrics.text(
      droppedLogLines: log.droppedLines, dns: generation.statistics?(), keyAges: KeyAge.of(generation.keyFiles))
  }

  /// What is done every ``MetricsFile/interval`` seconds.
  func doChores() {
    tellCache()
    guard let path = generation.configuration.metrics.file else { return }
    let isFree = state.withLock { state in
      defer { state.isWritingMetrics = true }
      return !state.isWritingMetrics
    }
    guard isFree else { return refusals.write(.warning, "MetricsFile \(path): is still being written", to: log) }
    fileThread.submit { _ in
      if let error = MetricsFile.write(self.metricsText, to: path) {
        self.refusals.write(.warning, "MetricsFile \(path): \(error)", to: self.log)
      }
      self.state.withLock { $0.isWritingMetrics = false }
    }
  }

  /// `QueryCache`: how often it has helped, once in five minutes.
  private func tellCache() {
    let isTime = state.withLock { state in
      state.chores += 1
      return state.chores % (300 / MetricsFile.interval) == 0
    }
    let generation = generation
    guard isTime, generation.configuration.dns.queryCache, let counts = generation.statistics?() else { return }
    let share = counts.questions == 0 ? 0 : counts.cacheHits * 100 / counts.questions
    log.write(
      .info,
      "cache: \(counts.questions) queries, \(counts.cacheHits) hits (\(share)%), \(counts.cachedAnswers) keys")
  }

  // MARK: Reload and end

  /// Reads the configuration again, all of it or nothing. `done` is called when it is over.
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
    let (configuration, problems) = await source.load(previous: generation.configuration)
    for problem in problems { log.write(problem.severity.logLevel, "\(problem)") }
    let path = source.path ?? "no file"
    guard let configuration, adopt(configuration) else {
      metrics.add(.failedReloads)
      log.write(.error, "configuration not reloaded from \(path): the old one stays in force")
      return
    }
    metrics.add(.reloads)
    metrics.update { $0.configurationLoaded = Int(time(nil)) }
    log.write(.info, "configuration reloaded from \(path)")
  }

  private func adopt(_ configuration: Configuration) -> Bool {
    let previous = generation
    do throws(StartFailure) {
      let plan = try KeySourcePlan(configuration.dns, previous: previous.plan)
      for problem in plan.problems { log.write(.warning, "\(problem)") }
      let next = Generation(configuration, plan: plan, previous: previous, group: dnsGroup, metrics: metrics)
      state.withLock { $0.generation = next }
      log.redirect(to: Log.Target(configuration.log, previous.configuration.process))
      return true
    } catch {
      log.write(.error, error.message)
      return false
    }
  }

  /// No new connections; each one that is open ends after the message at hand.
  func stopAccepting() {
    let listeners = state.withLock { state in
      state.isStopping = true
      return state.listeners
    }
    for channel in listeners { channel.close(promise: nil) }
    registry.quiesce()
  }

  /// Ends all connections. How many there still were.
  func closeAll() -> Int { registry.closeAll() }
}
