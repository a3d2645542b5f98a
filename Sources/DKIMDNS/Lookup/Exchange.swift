import NIOCore

/// The receiver of a socket's events: the lookup for which the socket was opened.
protocol ExchangeDelegate: AnyObject {
  /// Handles a complete message.
  func exchange(_ token: Int, received message: ByteBuffer)
  /// Handles an error, after which nothing more will be received.
  func exchange(_ token: Int, failed reason: any Error)
}

/// A channel handler that passes each received datagram to its delegate.
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

/// A channel handler that receives one message over TCP, preceded by its length in two bytes. // RFC 1035 §4.2.2
final class StreamExchange: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  /// The error that the connection ended before or in the middle of the message.
  struct Closed: Error, CustomStringConvertible {
    let bytes: Int
    var description: String { "the TCP connection was closed after \(bytes) bytes of the response" }
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
    var bytes = unwrapInboundIn(data)
    gathered.writeBuffer(&bytes)
    guard let length = gathered.getInteger(at: gathered.readerIndex, as: UInt16.self),
      let message = gathered.getSlice(at: gathered.readerIndex + 2, length: Int(length))
    else { return }
    isDone = true
    delegate.exchange(token, received: message)
  }

  func channelInactive(context: ChannelHandlerContext) {
    guard !isDone else { return }
    isDone = true
    delegate.exchange(token, failed: Closed(bytes: gathered.readableBytes))
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard !isDone else { return }
    isDone = true
    delegate.exchange(token, failed: error)
    context.close(promise: nil)
  }
}
