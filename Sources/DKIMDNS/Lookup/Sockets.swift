import NIOCore
import NIOPosix

/// The sockets of all lookups: opens them and counts the open ones. Confined to its event loop.
///
/// Each lookup has its own UDP socket, connected to the server it queries. The kernel chooses a random port and drops
/// datagrams from other addresses and ports, and an unreachable server is reported immediately. // RFC 5452 §9.2
final class Sockets {
  /// The size of the receive buffer for one datagram.
  ///
  /// Longer datagrams are truncated, so a lookup whose response fills the buffer is repeated over TCP. Queries request
  /// at most 1232 bytes; some servers ignore this.
  static let datagramBuffer = 4096
  private static let receiveBuffer: ChannelOptions.Types.SocketOption.Value = 256 * 1024

  let loop: any EventLoop
  private let counters: Counters
  private var open = 0
  private var whenNoneIsOpen: [EventLoopPromise<Void>] = []

  init(loop: any EventLoop, counters: Counters) {
    self.loop = loop
    self.counters = counters
  }

  /// Opens a socket. `opened` receives the channel before it is connected, so that it can be closed at any time.
  func connectDatagram(
    to server: NameServer, token: Int, delegate: any ExchangeDelegate, opened: @escaping (any Channel) -> Void
  ) -> EventLoopFuture<any Channel> {
    let prepare = NIOLoopBound({ DatagramExchange(token: token, delegate: delegate) }, eventLoop: loop)
    let adopt = adopting(opened)
    return DatagramBootstrap(group: loop)
      .channelOption(.socketOption(.so_rcvbuf), value: Self.receiveBuffer)
      .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: Self.datagramBuffer))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          adopt.value(channel)
          try channel.pipeline.syncOperations.addHandler(prepare.value())
        }
      }
      .connect(to: server.socketAddress)
  }

  /// Opens a socket. `opened` receives the channel before it is connected, so that it can be closed at any time.
  func connectStream(
    to server: NameServer, within time: TimeAmount, token: Int, delegate: any ExchangeDelegate,
    opened: @escaping (any Channel) -> Void
  ) -> EventLoopFuture<any Channel> {
    let prepare = NIOLoopBound({ StreamExchange(token: token, delegate: delegate) }, eventLoop: loop)
    let adopt = adopting(opened)
    return ClientBootstrap(group: loop)
      .connectTimeout(time)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          adopt.value(channel)
          try channel.pipeline.syncOperations.addHandler(prepare.value())
        }
      }
      .connect(to: server.socketAddress)
  }

  /// Returns a future that completes as soon as no socket is open.
  func whenClosed() -> EventLoopFuture<Void> {
    guard open > 0 else { return loop.makeSucceededVoidFuture() }
    let promise = loop.makePromise(of: Void.self)
    whenNoneIsOpen.append(promise)
    return promise.futureResult
  }

  private func adopting(_ opened: @escaping (any Channel) -> Void) -> NIOLoopBound<(any Channel) -> Void> {
    NIOLoopBound(
      { channel in
        self.open += 1
        self.counters.add(\.openSockets)
        channel.closeFuture.assumeIsolated().whenComplete { _ in self.closed() }
        opened(channel)
      }, eventLoop: loop)
  }

  private func closed() {
    open -= 1
    counters.add(\.openSockets, -1)
    guard open == 0 else { return }
    let promises = whenNoneIsOpen
    whenNoneIsOpen = []
    for promise in promises { promise.succeed() }
  }
}
