import NIOCore

/// Tells the log why connections cannot be accepted, such as for want of descriptors, and stops accepting for a moment:
/// the connection that could not be accepted still waits, and would be tried again at once, for ever. (NIO's own
/// handler for this waits for a read that does not come where the first connection of a turn fails.)
///
/// Confined to the event loop of the listening channel.
final class AcceptFailures: ChannelInboundHandler {
  typealias InboundIn = any Channel

  private static let pause = TimeAmount.milliseconds(250)

  private let log: Log
  private let limiter: LogLimiter
  private var isPaused = false

  init(log: Log, limiter: LogLimiter) {
    self.log = log
    self.limiter = limiter
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    limiter.write(.error, "connections cannot be accepted: \(error)", to: log)
    if !isPaused { pause(context) }
    context.fireErrorCaught(error)
  }

  private func pause(_ context: ChannelHandlerContext) {
    let channel = context.channel
    isPaused = true
    setReading(channel, false)
    context.eventLoop.assumeIsolated().scheduleTask(in: Self.pause) {
      self.isPaused = false
      self.setReading(channel, true)
    }
  }

  /// Of no effect on a channel that has been closed meanwhile.
  private func setReading(_ channel: any Channel, _ isOn: Bool) {
    try? channel.syncOptions?.setOption(.autoRead, value: isOn)
  }
}
