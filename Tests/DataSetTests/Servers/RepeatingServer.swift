import NIOCore
import NIOPosix
import Synchronization

/// A server on a port of 127.0.0.1 that sends the same response to every client.
final class RepeatingServer: Sendable {
  enum End: Sendable {
    /// The connection is closed after the response.
    case close
    /// The response is sent for every request.
    case again
    /// The response is sent repeatedly, without end.
    case endless
  }

  let port: Int
  private let channel: any Channel
  private let connectionCount: Counter

  init(_ answer: String, then end: End) async throws {
    let counter = Counter()
    channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { child in
        counter.count.add(1, ordering: .relaxed)
        return child.eventLoop.makeCompletedFuture {
          try child.pipeline.syncOperations.addHandler(Handler(answer, end))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    port = channel.localAddress?.port ?? 0
    connectionCount = counter
  }

  deinit { channel.close(promise: nil) }

  var connections: Int { connectionCount.count.load(ordering: .relaxed) }

  private final class Counter: Sendable {
    let count = Atomic(0)
  }

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let answer: String
    private let end: End
    private var isAsked = false

    init(_ answer: String, _ end: End) {
      let isEndless = if case .endless = end { true } else { false }
      // Large pieces, because an event loop that is busy with single bytes serves no other client.
      self.answer = isEndless ? String(repeating: answer, count: 1 + 32_000 / max(answer.utf8.count, 1)) : answer
      self.end = end
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      isAsked = true
      say(context)
      if case .close = end { context.close(promise: nil) }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) { if isAsked { say(context) } }

    private func say(_ context: ChannelHandlerContext) {
      let bytes = wrapOutboundOut(context.channel.allocator.buffer(string: answer))
      guard case .endless = end else {
        context.writeAndFlush(bytes, promise: nil)
        return
      }
      while context.channel.isActive, context.channel.isWritable { context.write(bytes, promise: nil) }
      context.flush()
    }
  }
}
