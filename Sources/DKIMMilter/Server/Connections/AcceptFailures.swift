import NIOCore

/// A handler that logs why connections cannot be accepted, such as a lack of file descriptors, and pauses accepting for
/// a moment: the connection is still in the queue, and would be tried again immediately in an endless loop. (NIO's own
/// handler waits for a read that never comes if the first connection of an event loop iteration fails.)
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
    limiter.write(.error, "cannot accept connections: \(error)", to: log)
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

  /// Turns reading on or off; has no effect if the channel has been closed.
  private func setReading(_ channel: any Channel, _ isOn: Bool) {
    try? channel.syncOptions?.setOption(.autoRead, value: isOn)
  }
}
