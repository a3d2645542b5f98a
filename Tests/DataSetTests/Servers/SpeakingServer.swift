import NIOCore
import NIOPosix
import Synchronization

/// A server on a port of 127.0.0.1 that sends first, then responds to what it receives with one scripted message after
/// another, and then is silent.
final class SpeakingServer: Sendable {
  let port: Int
  private let channel: any Channel
  private let heard: Log

  /// - Parameters:
  ///   - first: the data sent to a new client.
  ///   - answers: the responses, one for each message received.
  ///   - drop: the data then sent every 50 milliseconds, without end.
  init(first: [UInt8], answers: [[UInt8]] = [], drop: UInt8? = nil) async throws {
    let log = Log()
    channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { child in
        child.eventLoop.makeCompletedFuture {
          try child.pipeline.syncOperations.addHandler(Handler(first, answers, drop, log))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    port = channel.localAddress?.port ?? 0
    heard = log
  }

  deinit { channel.close(promise: nil) }

  /// All data received from clients.
  var bytes: [UInt8] { heard.bytes.withLock { $0 } }

  private final class Log: Sendable {
    let bytes = Mutex<[UInt8]>([])
  }

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let first: [UInt8]
    private var answers: ArraySlice<[UInt8]>
    private let drop: UInt8?
    private let log: Log

    init(_ first: [UInt8], _ answers: [[UInt8]], _ drop: UInt8?, _ log: Log) {
      (self.first, self.answers, self.drop, self.log) = (first, answers[...], drop, log)
    }

    func channelActive(context: ChannelHandlerContext) {
      say(first, context)
      guard let drop else { return }
      let channel = context.channel
      channel.eventLoop.scheduleRepeatedTask(initialDelay: .milliseconds(50), delay: .milliseconds(50)) { task in
        if channel.isActive { channel.writeAndFlush(ByteBuffer(bytes: [drop]), promise: nil) } else { task.cancel() }
      }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      log.bytes.withLock { $0 += Array(buffer: unwrapInboundIn(data)) }
      if let answer = answers.popFirst() { say(answer, context) }
    }

    private func say(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
      if !bytes.isEmpty { context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil) }
    }
  }
}
