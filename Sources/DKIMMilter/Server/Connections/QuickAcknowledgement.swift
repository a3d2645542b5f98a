import Glibc
import NIOCore

/// A handler that acknowledges TCP segments from the MTA immediately (tcp(7), TCP_QUICKACK).
///
/// Sendmail writes macros and command in two pieces, and its kernel sends the second piece only when the first one is
/// acknowledged. The filter responds only to the second piece, so the acknowledgement would be delayed by 40 ms for
/// each of several commands of a message.
final class QuickAcknowledgement: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    // The kernel resets the option with every response. Setting it sends a pending acknowledgement immediately.
    try? context.channel.syncOptions?.setOption(.tcpOption(Self.option), value: 1)
    context.fireChannelRead(data)
  }

  private static let option = NIOBSDSocket.Option(rawValue: TCP_QUICKACK)
}
