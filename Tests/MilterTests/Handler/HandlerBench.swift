import Milter
import NIOCore
import NIOEmbedded

/// A handler in a channel without a socket.
final class HandlerBench {
  let filter = RecordingFilter()
  let channel = EmbeddedChannel()
  let reads = ReadCounter()

  init(_ options: MilterOptions = MilterOptions()) throws {
    try channel.pipeline.syncOperations.addHandler(reads)
    try channel.pipeline.syncOperations.addHandler(MilterHandler(filter, options: options))
    try channel.connect(to: SocketAddress(unixDomainSocketPath: "/milter")).wait()
  }

  func send(_ frames: [MilterFrame]) throws { try send(Packets.bytes(frames)) }

  func send(_ bytes: ByteBuffer) throws { try channel.writeInbound(bytes) }

  /// Sends OPTNEG up to the packet before `command`, and discards the replies.
  func begin(before command: MilterCommand) throws {
    let order: [MilterCommand] = [
      .negotiate, .connect, .helo, .mail, .recipient, .data, .header, .endOfHeader, .body, .endOfMessage,
    ]
    try send(order.prefix { $0 != command }.map(Packets.sample))
    _ = try written()
  }

  /// The letters of each write.
  func written() throws -> [String] {
    var writes: [String] = []
    while let bytes = try channel.readOutbound(as: ByteBuffer.self) { writes.append(try Packets.letters(bytes)) }
    return writes
  }

  /// Makes the filter answer `command` with a promise, which the test fulfills.
  func delay(_ command: MilterCommand) -> EventLoopPromise<MilterResponse> {
    let promise = channel.eventLoop.makePromise(of: MilterResponse.self)
    filter.answer = { event, _ in event.command == command ? .later(promise.futureResult) : .continue }
    return promise
  }

  /// Completes promises that the test has left open, so that none leaks.
  func close() { _ = try? channel.finish(acceptAlreadyClosed: true) }
}

/// A handler that counts the reads that reach the socket.
final class ReadCounter: ChannelOutboundHandler {
  typealias OutboundIn = ByteBuffer
  private(set) var count = 0

  func read(context: ChannelHandlerContext) {
    count += 1
    context.read()
  }
}
