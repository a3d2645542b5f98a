import NIOCore
import NIOPosix
import Synchronization

/// The part of the server that answers requests for metrics (`MetricsSocket`).
final class MetricsEndpoint: Sendable {
  private let resources: ServerResources
  private let report: MetricsReport
  private let group: any EventLoopGroup
  private let connections = ConnectionRegistry(maximum: 16)
  private let channel = Mutex<(any Channel)?>(nil)

  init(_ resources: ServerResources, report: MetricsReport, group: any EventLoopGroup) {
    self.resources = resources
    self.report = report
    self.group = group
  }

  /// Starts accepting connections.
  /// - Parameter descriptor: a listening socket, which the endpoint takes over and closes.
  func start(_ descriptor: CInt) throws(StartFailure) {
    let listening = try bootstrap.listen(on: descriptor)
    channel.withLock { $0 = listening }
  }

  /// Stops accepting connections. A connection that is open ends with its response.
  func stop() { channel.withLock { $0 }?.close(promise: nil) }

  private var bootstrap: ServerBootstrap {
    ServerBootstrap(group: group)
      .reportingAcceptFailures(to: resources)
      .childChannelInitializer { [connections, report] channel in
        guard connections.add(channel) == .taken else { return channel.close() }
        return channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(MetricsResponder { report.text })
        }
      }
  }
}
