import DKIMConfiguration
import Glibc
import Milter
import NIOCore
import NIOPosix
import Synchronization

/// The part of the server that accepts connections from MTAs and starts a ``ConnectionHandler`` for each.
final class Listener: Sendable {
  private enum Phase: Sendable, Hashable {
    case accepting
    /// A listening socket was closed by an error; the process is exiting.
    case lost
    /// No new connections are accepted.
    case stopping(afterLoss: Bool)
  }

  private struct State {
    var phase = Phase.accepting
    var channels: [any Channel] = []
  }

  private let state = Mutex(State())
  private let resources: ServerResources
  private let connections: ConnectionRegistry
  private let group: any EventLoopGroup
  private let signingThreads = NIOThreadPool(numberOfThreads: System.coreCount)
  /// The limit for log lines about how connections end.
  private let disconnections = LogLimiter()

  init(_ resources: ServerResources, connections: ConnectionRegistry, group: any EventLoopGroup) {
    self.resources = resources
    self.connections = connections
    self.group = group
    signingThreads.start()
  }

  /// Whether a listening socket was closed by an error.
  var hasLostSocket: Bool {
    switch state.withLock({ $0.phase }) {
    case .accepting: false
    case .lost: true
    case .stopping(let afterLoss): afterLoss
    }
  }

  /// Starts accepting connections.
  /// - Parameter descriptors: listening sockets, which the listener takes over and closes.
  func start(_ descriptors: [CInt]) throws(StartFailure) {
    for descriptor in descriptors {
      let channel = try bootstrap.listen(on: descriptor)
      // NIO has set it to 128, because it applies the backlog option too late for bound sockets.
      ListeningSocket.lengthenQueue(descriptor)
      state.withLock { $0.channels.append(channel) }
      channel.closeFuture.whenComplete { _ in self.socketHasClosed() }
    }
  }

  /// Stops accepting connections; each open one ends after its current message.
  func stop() {
    let channels = state.withLock { state in
      switch state.phase {
      case .accepting: state.phase = .stopping(afterLoss: false)
      case .lost: state.phase = .stopping(afterLoss: true)
      case .stopping: break
      }
      return state.channels
    }
    for channel in channels { channel.close(promise: nil) }
    connections.quiesce()
  }

  /// Ends the process if a listening socket was closed by an error, so that it is started again: otherwise the MTA
  /// could not reach the filter.
  private func socketHasClosed() {
    let isLost = state.withLock { state in
      if case .stopping = state.phase { return false }
      state.phase = .lost
      return true
    }
    guard isLost else { return }
    resources.log.write(.error, "a listening socket was closed by an error; exiting to be restarted")
    kill(getpid(), SIGTERM)
  }

  // MARK: Connections

  private var bootstrap: ServerBootstrap {
    ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 4096)
      .reportingAcceptFailures(to: resources)
      // Read one chunk at a time, so that a connection that sends much without a pause does not delay others.
      .childChannelOption(.maxMessagesPerRead, value: 1)
      .childChannelInitializer { channel in self.begin(channel) }
  }

  private func begin(_ channel: any Channel) -> EventLoopFuture<Void> {
    switch connections.add(channel) {
    case .taken: break
    case .closing: return channel.close()
    case .full:
      return refuse(channel, "too many connections: \(connections.maximum) are open; closed a new one")
    }
    let active = resources.current.active
    guard let allowed = active.configuration.origin.allowConnectionsFrom,
      let address = channel.remoteAddress?.ipAddress.flatMap({ IPAddress(String($0.prefix { $0 != "%" })) })
    else { return serve(channel, active) }
    return Self.obstacle(address, allowed, on: channel.eventLoop).flatMap { (obstacle: String?) in
      guard let obstacle else { return self.serve(channel, active) }
      return self.refuse(
        channel, "connection from \(address) refused by \(Setting.allowConnectionsFrom.name): \(obstacle)")
    }
  }

  /// Returns why a host may not connect, or `nil` if it may.
  private static func obstacle(
    _ address: IPAddress, _ allowed: HostList, on loop: any EventLoop
  ) -> EventLoopFuture<String?> {
    let promise = loop.makePromise(of: String?.self)
    Task(executorPreference: LoopExecutor(loop)) {
      do throws(DataSetError) {
        let match = try await allowed.match(name: nil, address: address)
        promise.succeed(match == nil ? "the address is not in the list" : nil)
      } catch {
        promise.succeed("\(error)")
      }
    }
    return promise.futureResult
  }

  private func refuse(_ channel: any Channel, _ why: String) -> EventLoopFuture<Void> {
    resources.metrics.add(.refusedConnections)
    resources.limiter.write(.warning, why, to: resources.log)
    return channel.close()
  }

  private func serve(_ channel: any Channel, _ active: ActiveConfiguration) -> EventLoopFuture<Void> {
    resources.metrics.add(.connections)
    let services = ConnectionServices(
      active: active, log: resources.log, metrics: resources.metrics, signingThreads: signingThreads,
      output: resources.output, disconnections: disconnections)
    return channel.eventLoop.makeCompletedFuture {
      if channel.localAddress?.protocol != .unix {
        try channel.pipeline.syncOperations.addHandler(QuickAcknowledgement())
      }
      try MilterServer.configure(channel) { ConnectionHandler(services, loop: channel.eventLoop) }
    }
  }
}

extension ServerBootstrap {
  /// Makes the server log errors that prevent it from accepting connections, and pause after them.
  func reportingAcceptFailures(to resources: ServerResources) -> ServerBootstrap {
    serverChannelInitializer { channel in
      channel.eventLoop.makeCompletedFuture {
        try channel.pipeline.syncOperations.addHandler(
          AcceptFailures(log: resources.log, limiter: resources.limiter))
      }
    }
  }

  /// Accepts connections on a listening socket; blocks until the event loop has taken the socket over.
  func listen(on descriptor: CInt) throws(StartFailure) -> any Channel {
    do {
      return try withBoundSocket(descriptor).wait()
    } catch {
      throw StartFailure(.unavailable, "cannot listen: \(error)")
    }
  }
}
