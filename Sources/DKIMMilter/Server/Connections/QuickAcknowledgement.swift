import Glibc
import NIOCore

/// Acknowledges what an MTA sends at once (tcp(7), TCP_QUICKACK).
///
/// Sendmail writes macros and command in two pieces, and its system sends the second piece only when the first one is
/// acknowledged. The filter responds to the second piece alone, so that the acknowledgement would be delayed by 40 ms
/// at each of several commands of a message.
final class QuickAcknowledgement: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    // The system forgets the option with every response. An acknowledgement that waits is sent at once.
    try? context.channel.syncOptions?.setOption(.tcpOption(Self.option), value: 1)
    context.fireChannelRead(data)
  }

  private static let option = NIOBSDSocket.Option(rawValue: TCP_QUICKACK)
}
