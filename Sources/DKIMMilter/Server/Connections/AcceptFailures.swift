import NIOCore

/// Tells the log why connections cannot be accepted, such as for want of descriptors. NIO waits a second then before
/// it tries again.
final class AcceptFailures: ChannelInboundHandler, Sendable {
  typealias InboundIn = any Channel

  private let log: Log
  private let limiter: LogLimiter

  init(log: Log, limiter: LogLimiter) {
    self.log = log
    self.limiter = limiter
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    limiter.write(.error, "connections cannot be accepted: \(error)", to: log)
    context.fireErrorCaught(error)
  }
}
