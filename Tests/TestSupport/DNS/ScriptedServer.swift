public import DKIMDNS
import NIOCore
import NIOPosix
import Synchronization

/// A name server on loopback, with UDP and TCP on the same port, that follows a script.
public final class ScriptedServer: Sendable {
  public let server: NameServer
  private let channels: [any Channel]
  private let log: Log

  /// All queries so far, in the order of arrival.
  public var requests: [ScriptedRequest] { log.all }

  private init(server: NameServer, channels: [any Channel], log: Log) {
    self.server = server
    self.channels = channels
    self.log = log
  }

  /// Runs `body` with a server, then stops it.
  public static func run<Result: Sendable>(
    address: String = "127.0.0.1", tcp: Bool = true, _ script: @escaping Script,
    _ body: (ScriptedServer) async throws -> Result
  ) async throws -> Result {
    let started = try await start(address, tcp: tcp, script)
    do {
      let result = try await body(started)
      await started.stop()
      return result
    } catch {
      await started.stop()
      throw error
    }
  }

  public func stop() async {
    for channel in channels { try? await channel.close() }
  }

  /// Starts a server. Without `tcp`, it does not listen for connections.
  public static func start(
    _ address: String = "127.0.0.1", tcp: Bool = true, _ script: @escaping Script
  ) async throws -> ScriptedServer {
    let group = MultiThreadedEventLoopGroup.singleton
    let log = Log()
    let elsewhere = try await DatagramBootstrap(group: group).bind(host: address, port: 0).get()
    // The kernel chooses a port for TCP; another process may use the same one for UDP, so try several.
    for _ in 0..<20 {
      let stream = try await ServerBootstrap(group: group)
        .childChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(StreamScript(script: script, log: log))
          }
        }
        .bind(host: address, port: 0).get()
      let port = stream.localAddress?.port ?? 0
      do {
        let datagram = try await DatagramBootstrap(group: group)
          .channelOption(.socketOption(.so_rcvbuf), value: 4 << 20)
          .channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
              try channel.pipeline.syncOperations.addHandler(
                DatagramScript(script: script, log: log, elsewhere: elsewhere))
            }
          }
          .bind(host: address, port: port).get()
        if !tcp { try await stream.close() }
        return ScriptedServer(
          server: try NameServer("\(address)@\(port)"), channels: [stream, datagram, elsewhere], log: log)
      } catch {
        try await stream.close()
      }
    }
    throw NoPort()
  }

  struct NoPort: Error {}

  final class Log: Sendable {
    private let entries = Mutex<[ScriptedRequest]>([])
    var all: [ScriptedRequest] { entries.withLock { $0 } }
    func add(_ bytes: [UInt8], isTCP: Bool, sourcePort: Int) -> ScriptedRequest {
      entries.withLock {
        let request = ScriptedRequest(bytes: bytes, isTCP: isTCP, number: $0.count + 1, sourcePort: sourcePort)
        $0.append(request)
        return request
      }
    }
  }
}

/// Executes actions one after another. Confined to the channel's event loop.
private func play(
  _ actions: ArraySlice<ScriptedAction>, on loop: any EventLoop, _ act: @escaping (ScriptedAction) -> Void
) {
  var rest = actions
  while let action = rest.popFirst() {
    if case .pause(let milliseconds) = action {
      let later = rest
      _ = loop.assumeIsolated().scheduleTask(in: .milliseconds(milliseconds)) { play(later, on: loop, act) }
      return
    }
    act(action)
  }
}

private final class DatagramScript: ChannelInboundHandler {
  typealias InboundIn = AddressedEnvelope<ByteBuffer>
  private let script: Script
  private let log: ScriptedServer.Log
  private let elsewhere: any Channel

  init(script: @escaping Script, log: ScriptedServer.Log, elsewhere: any Channel) {
    self.script = script
    self.log = log
    self.elsewhere = elsewhere
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let envelope = unwrapInboundIn(data)
    let request = log.add(
      Array(envelope.data.readableBytesView), isTCP: false, sourcePort: envelope.remoteAddress.port ?? 0)
    let channel = context.channel
    let elsewhere = elsewhere
    play(script(request)[...], on: context.eventLoop) { action in
      switch action {
      case .send(let bytes):
        let reply = AddressedEnvelope(remoteAddress: envelope.remoteAddress, data: ByteBuffer(bytes: bytes))
        channel.writeAndFlush(reply, promise: nil)
      case .sendFromElsewhere(let bytes):
        let reply = AddressedEnvelope(remoteAddress: envelope.remoteAddress, data: ByteBuffer(bytes: bytes))
        elsewhere.writeAndFlush(reply, promise: nil)
      case .raw, .close, .pause: break
      }
    }
  }
}

private final class StreamScript: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  private let script: Script
  private let log: ScriptedServer.Log
  private var gathered = ByteBuffer()

  init(script: @escaping Script, log: ScriptedServer.Log) {
    self.script = script
    self.log = log
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    gathered.writeBuffer(&bytes)
    guard let message = gathered.readLengthPrefixedSlice(as: UInt16.self) else { return }
    let request = log.add(
      Array(message.readableBytesView), isTCP: true, sourcePort: context.remoteAddress?.port ?? 0)
    let channel = context.channel
    play(script(request)[...], on: context.eventLoop) { action in
      switch action {
      case .send(let bytes):
        channel.writeAndFlush(ByteBuffer(bytes: Message.pair(UInt16(bytes.count)) + bytes), promise: nil)
      case .raw(let bytes): channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
      case .close: channel.close(promise: nil)
      case .sendFromElsewhere, .pause: break
      }
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
