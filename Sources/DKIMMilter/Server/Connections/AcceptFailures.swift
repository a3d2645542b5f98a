import NIOCore

/// Tells the log why connections cannot be accepted, such as for want of descriptors, and waits a little then before it
/// is tried again: the connection that could not be accepted is still there, and would be at once.
final class AcceptFailures: ChannelInboundHandler, Sendable {
  typealias InboundIn = any Channel

  private let log: Log
  private let limiter: LogLimiter

  private static let pause = TimeAmount.milliseconds(250)

  private init(log: Log, limiter: LogLimiter) {
    self.log = log
    self.limiter = limiter
  }

  static func add(to channel: any Channel, log: Log, limiter: LogLimiter) throws {
    let pipeline = channel.pipeline.syncOperations
    try pipeline.addHandler(AcceptBackoffHandler { _ in pause })
    try pipeline.addHandler(AcceptFailures(log: log, limiter: limiter))
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    limiter.write(.error, "connections cannot be accepted: \(error)", to: log)
    context.fireErrorCaught(error)
  }
}
