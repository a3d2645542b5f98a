import Milter
import NIOCore
import NIOEmbedded
import Testing

/// Time, memory, and the end of the process.
@Suite struct HandlerLimitTests {
  @Test func `reading stops while many events wait for an answer, and then continues`() throws {
    let bench = try HandlerBench(MilterOptions(backlog: 1000))
    bench.filter.requirements.protocolOptions = [.noReplyBody]
    let promise = bench.delay(.body)
    try bench.begin(before: .body)
    let piece = MilterFrame(.body, payload: ByteBuffer(repeating: 0x61, count: 400))
    let reads = bench.reads.count
    try bench.send([piece, piece])
    bench.channel.read()
    #expect(bench.reads.count == reads + 1)
    try bench.send([piece, piece])
    bench.channel.read()
    bench.channel.read()
    #expect(bench.reads.count == reads + 1)
    promise.succeed(.continue)
    #expect(bench.reads.count == reads + 2)
    #expect(bench.filter.log.count { $0 == "BODY" } == 4)
    bench.close()
  }

  @Test func `data that a closed peer has left is not collected without limit`() throws {
    let bench = try HandlerBench(MilterOptions(limits: MilterLimits(packetSize: 1000), backlog: 1000))
    bench.filter.requirements.protocolOptions = [.noReplyBody]
    let promise = bench.delay(.body)
    try bench.begin(before: .body)
    let piece = MilterFrame(.body, payload: ByteBuffer(repeating: 0x61, count: 900))
    for _ in 0..<10 where bench.channel.isActive { try bench.send([piece]) }
    #expect(bench.filter.closures == [.peerClosed])
    promise.succeed(.continue)
    bench.close()
  }

  @Test func `a peer that does not read its replies is not served on`() throws {
    let bench = try HandlerBench(MilterOptions(writeTimeout: .seconds(4)))
    try bench.begin(before: .mail)
    bench.channel.isWritable = false
    bench.channel.pipeline.fireChannelWritabilityChanged()
    try bench.send([Packets.sample(.mail)])
    #expect(bench.filter.log.last == "HELO")
    bench.channel.embeddedEventLoop.advanceTime(by: .seconds(2))
    bench.channel.isWritable = true
    bench.channel.pipeline.fireChannelWritabilityChanged()
    #expect(bench.filter.log.last == "MAIL")
    bench.channel.isWritable = false
    bench.channel.pipeline.fireChannelWritabilityChanged()
    bench.channel.embeddedEventLoop.advanceTime(by: .seconds(7))
    #expect(bench.filter.closures == [.slowReader])
    bench.close()
  }

  @Test func `progress is reported to the MTA, at the end of a message only`() throws {
    let bench = try HandlerBench(MilterOptions(progressInterval: .seconds(10)))
    let early = bench.delay(.mail)
    try bench.begin(before: .mail)
    try bench.send([Packets.sample(.mail)])
    bench.channel.embeddedEventLoop.advanceTime(by: .seconds(35))
    #expect(try bench.written().isEmpty)
    early.succeed(.continue)
    let late = bench.delay(.endOfMessage)
    try bench.send([.recipient, .data, .endOfHeader, .endOfMessage].map(Packets.sample))
    _ = try bench.written()
    bench.channel.embeddedEventLoop.advanceTime(by: .seconds(35))
    #expect(try bench.written() == ["p", "p", "p"])
    late.succeed(.accept)
    bench.channel.embeddedEventLoop.advanceTime(by: .seconds(35))
    #expect(try bench.written() == ["a"])
    bench.close()
  }

  @Test func `a silent connection ends`() throws {
    let bench = try HandlerBench(MilterOptions(idleTimeout: .seconds(100)))
    try bench.begin(before: .mail)
    bench.channel.embeddedEventLoop.advanceTime(by: .seconds(90))
    #expect(bench.channel.isActive)
    try bench.send([MilterFrame(.abort)])
    bench.channel.embeddedEventLoop.advanceTime(by: .seconds(90))
    #expect(bench.channel.isActive)
    bench.channel.embeddedEventLoop.advanceTime(by: .seconds(70))
    #expect(bench.filter.closures == [.idle])
    bench.close()
  }

  @Test func `a connection is not silent while the filter works`() throws {
    let bench = try HandlerBench(MilterOptions(progressInterval: .hours(9), idleTimeout: .seconds(100)))
    let promise = bench.delay(.endOfMessage)
    try bench.begin(before: .endOfMessage)
    try bench.send([MilterFrame(.endOfMessage)])
    bench.channel.embeddedEventLoop.advanceTime(by: .seconds(1000))
    promise.succeed(.accept)
    #expect(try bench.written() == ["a"])
    bench.channel.embeddedEventLoop.advanceTime(by: .seconds(60))
    #expect(bench.channel.isActive)
    bench.close()
  }

  @Test func `a packet that drips ends the connection`() throws {
    let bench = try HandlerBench(MilterOptions(packetTimeout: .seconds(20)))
    try bench.begin(before: .helo)
    let bytes = Packets.bytes([Packets.frame(.helo, String(repeating: "x", count: 100))])
    for byte in bytes.readableBytesView where bench.channel.isActive {
      try bench.send(ByteBuffer(integer: byte))
      bench.channel.embeddedEventLoop.advanceTime(by: .seconds(1))
    }
    #expect(bench.filter.closures == [.slowPacket])
    bench.close()
  }

  @Test func `a shutdown waits for the end of the current message`() throws {
    let bench = try HandlerBench()
    try bench.begin(before: .endOfMessage)
    bench.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
    #expect(bench.channel.isActive)
    try bench.send([MilterFrame(.endOfMessage)])
    #expect(try bench.written() == ["c"])
    #expect(bench.filter.closures == [.shutdown])
    bench.close()
  }

  @Test func `a pending answer becomes a temporary failure if the program closes the connection`() throws {
    let bench = try HandlerBench()
    let promise = bench.delay(.endOfMessage)
    try bench.begin(before: .endOfMessage)
    try bench.send([MilterFrame(.endOfMessage)])
    bench.channel.close(promise: nil)
    #expect(try bench.written() == ["t"])
    #expect(!bench.channel.isActive)
    promise.succeed(.accept)
    #expect(try bench.written() == [])
    bench.close()
  }

  @Test func `a shutdown immediately closes a connection without a message`() throws {
    let bench = try HandlerBench()
    try bench.begin(before: .mail)
    bench.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
    #expect(bench.filter.closures == [.shutdown])
    #expect(!bench.channel.isActive)
    bench.close()
  }
}
