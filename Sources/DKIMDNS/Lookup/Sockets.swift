import NIOCore
import NIOPosix

/// Opens the sockets of the questions and knows how many are open. Confined to its event loop.
///
/// Each question has a UDP socket of its own, connected to the server it asks: the kernel draws a random port, and
/// drops what another address or port sends; a server that is not there is known at once. // RFC 5452 §9.2
final class Sockets {
  /// Datagrams longer than this are cut; what fills it is asked for again over TCP. We ask for 1232 octets; some
  /// servers do not listen.
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

  /// `opened` gets the channel before it is connected, so that it can be closed at any time.
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

  /// `opened` gets the channel before it is connected, so that it can be closed at any time.
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

  /// Done as soon as no socket is open.
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
