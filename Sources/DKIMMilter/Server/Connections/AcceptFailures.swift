import NIOCore

/// Tells the log why connections cannot be accepted, such as for want of descriptors, and rests before it is tried
/// again.
///
/// Connections that wait keep the listening socket ready: the event loop would try for ever, at the cost of a whole
/// processor. Delaying `read`, as `AcceptBackoffHandler` of NIO does, is not enough: the read that failed goes on to be
/// wanted.
final class AcceptFailures: ChannelInboundHandler, Sendable {
  typealias InboundIn = any Channel

  /// How long nothing is accepted then.
  static let rest = TimeAmount.milliseconds(200)

  private let log: Log
  private let limiter: LogLimiter

  init(log: Log, limiter: LogLimiter) {
    self.log = log
    self.limiter = limiter
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    limiter.write(.error, "connections cannot be accepted: \(error)", to: log)
    let channel = context.channel
    channel.setOption(.autoRead, value: false).whenSuccess {
      channel.eventLoop.scheduleTask(in: Self.rest) { channel.setOption(.autoRead, value: true) }
    }
    context.fireErrorCaught(error)
  }
}
