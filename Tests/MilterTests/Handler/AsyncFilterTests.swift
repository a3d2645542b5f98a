import Milter
import NIOCore
import NIOEmbedded
import Testing

@Suite struct AsyncFilterTests {
  @Test func `events are answered in the order in which they arrive`() throws {
    let bench = try AsyncBench()
    bench.filter.pending = .mail
    try bench.send([.negotiate, .connect, .mail, .recipient, .data].map(Packets.sample))
    #expect(try bench.written() == "Oc")
    #expect(bench.filter.log == ["CONNECT", "MAIL"])
    bench.resume()
    #expect(try bench.written() == "ccc")
    #expect(bench.filter.log == ["CONNECT", "MAIL", "MAIL returns", "RCPT", "DATA"])
    bench.close()
  }

  @Test func `the verdict and its modifications are sent`() throws {
    let bench = try AsyncBench()
    bench.filter.answer = { event in
      event == .endOfMessage ? MilterResponse(.accept, modifications: [.addHeader("X", "a")]) : .continue
    }
    let order: [MilterCommand] = [.negotiate, .connect, .mail, .recipient, .data, .endOfHeader, .body]
    try bench.send(order.map(Packets.sample) + [MilterFrame(.endOfMessage)])
    #expect(try bench.written() == "Occccccha")
    bench.close()
  }

  @Test func `an error is a tempfail`() throws {
    struct Failure: Error {}
    let bench = try AsyncBench()
    bench.filter.answer = { event in
      if event.command == .mail { throw Failure() }
      return .continue
    }
    try bench.send([.negotiate, .connect, .mail].map(Packets.sample))
    #expect(try bench.written() == "Oct")
    #expect(bench.channel.isActive)
    bench.close()
  }

  @Test func `ABORT cancels a pending call, and the next message waits until it has returned`() throws {
    let bench = try AsyncBench()
    bench.filter.pending = .mail
    try bench.send([.negotiate, .connect, .mail].map(Packets.sample))
    try bench.send([.abort, .mail].map(Packets.sample))
    #expect(bench.filter.log == ["CONNECT", "MAIL"])
    bench.filter.pending = nil
    bench.resume()
    #expect(bench.filter.log == ["CONNECT", "MAIL", "MAIL returns, canceled", "abort", "MAIL"])
    #expect(try bench.written() == "Occ", "the response to the first MAIL is dropped")
    bench.close()
  }

  @Test func `the end of the connection cancels a pending call, and is reported when it has returned`() throws {
    let bench = try AsyncBench()
    bench.filter.pending = .mail
    try bench.send([.negotiate, .connect, .mail].map(Packets.sample))
    try bench.send([Packets.sample(.quit)])
    #expect(!bench.channel.isActive)
    #expect(bench.filter.closures.isEmpty)
    bench.resume()
    #expect(bench.filter.log == ["CONNECT", "MAIL", "MAIL returns, canceled"])
    #expect(bench.filter.closures == [.quit])
    bench.close()
    #expect(bench.filter.closures == [.quit])
  }

  @Test func `QUIT_NC is reported between the clients`() throws {
    let bench = try AsyncBench()
    try bench.send([.negotiate, .connect, .mail].map(Packets.sample))
    try bench.send([.quitNewConnection, .connect].map(Packets.sample))
    #expect(bench.filter.log == ["CONNECT", "MAIL", "client gone", "CONNECT"])
    #expect(try bench.written() == "Occc")
    bench.close()
  }
}

/// An asynchronous filter in a channel without a socket; everything runs on the thread of the test.
private final class AsyncBench {
  let filter = SlowFilter()
  let channel = EmbeddedChannel()

  init() throws {
    try MilterServer.configure(channel) { filter }
    try channel.connect(to: SocketAddress(unixDomainSocketPath: "/milter")).wait()
  }

  func send(_ frames: [MilterFrame]) throws {
    try channel.writeInbound(Packets.bytes(frames))
    channel.embeddedEventLoop.run()
  }

  /// Lets the pending call return.
  func resume() {
    filter.continuation?.resume()
    filter.continuation = nil
    channel.embeddedEventLoop.run()
  }

  /// The letters of what was written.
  func written() throws -> String {
    var letters = ""
    while let bytes = try channel.readOutbound(as: ByteBuffer.self) { letters += try Packets.letters(bytes) }
    return letters
  }

  func close() {
    _ = try? channel.finish(acceptAlreadyClosed: true)
    channel.embeddedEventLoop.run()
  }
}

private final class SlowFilter: AsyncMilterFilter {
  /// The command whose event is pending until the test resumes it.
  var pending: MilterCommand?
  var continuation: CheckedContinuation<Void, Never>?
  var answer: (MilterEvent) throws -> MilterResponse = { _ in .continue }
  private(set) var log: [String] = []
  private(set) var closures: [MilterClosure] = []

  func negotiate(_ offer: MilterOffer) throws(MilterRefusal) -> MilterRequirements {
    MilterRequirements(wantedActions: .all, protocolOptions: [.headerLeadingSpace])
  }

  func handle(_ event: MilterEvent, context: MilterContext) async throws -> MilterResponse {
    context.eventLoop.assertInEventLoop()
    log.append("\(event.command)")
    if event.command == pending {
      await withCheckedContinuation { continuation = $0 }
      context.eventLoop.assertInEventLoop()
      log.append("\(event.command) returns" + (Task.isCancelled ? ", canceled" : ""))
    }
    return try answer(event)
  }

  func abort(context: MilterContext) { log.append("abort") }
  func clientDisconnected(context: MilterContext) { log.append("client gone") }
  func connectionClosed(_ reason: MilterClosure) { closures.append(reason) }
}
