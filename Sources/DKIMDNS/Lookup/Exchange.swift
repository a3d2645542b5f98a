import NIOCore

/// What happens on a socket, told to the question it was opened for.
protocol ExchangeDelegate: AnyObject {
  /// One whole message came in.
  func exchange(_ token: Int, received message: ByteBuffer)
  /// Nothing more will come.
  func exchange(_ token: Int, failed reason: any Error)
}

/// Hands over each datagram that comes in.
final class DatagramExchange: ChannelInboundHandler {
  typealias InboundIn = AddressedEnvelope<ByteBuffer>

  private let token: Int
  private let delegate: any ExchangeDelegate

  init(token: Int, delegate: any ExchangeDelegate) {
    self.token = token
    self.delegate = delegate
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    delegate.exchange(token, received: unwrapInboundIn(data).data)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    delegate.exchange(token, failed: error)
  }
}

/// Gathers the one message that is expected over TCP, its length in two octets before it. // RFC 1035 §4.2.2
final class StreamExchange: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  /// The connection ended inside the message or before it.
  struct Closed: Error, CustomStringConvertible {
    let octets: Int
    var description: String { "the TCP connection was closed after \(octets) octets of the answer" }
  }

  private let token: Int
  private let delegate: any ExchangeDelegate
  private var gathered = ByteBuffer()
  private var isDone = false

  init(token: Int, delegate: any ExchangeDelegate) {
    self.token = token
    self.delegate = delegate
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isDone else { return }
    var octets = unwrapInboundIn(data)
    gathered.writeBuffer(&octets)
    guard let length = gathered.getInteger(at: gathered.readerIndex, as: UInt16.self),
      let message = gathered.getSlice(at: gathered.readerIndex + 2, length: Int(length))
    else { return }
    isDone = true
    delegate.exchange(token, received: message)
  }

  func channelInactive(context: ChannelHandlerContext) {
    guard !isDone else { return }
    isDone = true
    delegate.exchange(token, failed: Closed(octets: gathered.readableBytes))
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard !isDone else { return }
    isDone = true
    delegate.exchange(token, failed: error)
    context.close(promise: nil)
  }
}
