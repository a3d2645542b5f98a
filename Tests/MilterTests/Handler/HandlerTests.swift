import Milter
import NIOCore
import NIOEmbedded
import Testing

@Suite struct HandlerTests {
  @Test func `modifications and verdict leave in one write`() throws {
    let bench = try HandlerBench()
    bench.filter.answer = { event, _ in
      guard event == .endOfMessage else { return .continue }
      return .now(MilterResponse(.accept, modifications: [.addHeader("X", "a"), .insertHeader("Y", "b")]))
    }
    try bench.begin(before: .endOfMessage)
    try bench.send([MilterFrame(.endOfMessage)])
    #expect(try bench.written() == ["hia"])
    bench.close()
  }

  @Test func `events that arrive in one read are answered in one write, however they are split`() throws {
    let bytes = Packets.bytes(
      [.negotiate, .connect, .helo, .mail, .recipient, .data, .header, .endOfHeader, .body, .endOfMessage, .quit].map(
        Packets.sample))
    for split in 0...bytes.readableBytes {
      let bench = try HandlerBench()
      for piece in [
        bytes.getSlice(at: 0, length: split), bytes.getSlice(at: split, length: bytes.readableBytes - split),
      ] {
        if let piece, piece.readableBytes > 0 { try bench.send(piece) }
      }
      let writes = try bench.written()
      #expect(writes.count <= 2)
      #expect(writes.joined() == "Occccccccc")
      #expect(bench.filter.closures == [.quit])
      bench.close()
      #expect(bench.filter.closures == [.quit])
    }
  }

  @Test func `the end of a message may have the last part of the body`() throws {
    let bench = try HandlerBench()
    try bench.begin(before: .endOfMessage)
    let before = bench.filter.log.count
    try bench.send([Packets.raw(.endOfMessage, "rest")])
    #expect(bench.filter.log.count == before + 2, "\(bench.filter.log)")
    #expect(try bench.written().joined().hasSuffix("c"))
    bench.close()
  }

  @Test func `a refusal closes the connection without a reply`() throws {
    let bench = try HandlerBench()
    bench.filter.refusal = .unwilling("no")
    try bench.send([Packets.offer()])
    #expect(try bench.written().isEmpty)
    #expect(bench.filter.closures == [.refused(.unwilling("no"))])
    #expect(!bench.channel.isActive)
    bench.close()
  }

  @Test func `a protocol error closes the connection after the answers to what was right`() throws {
    let bench = try HandlerBench()
    try bench.send([Packets.offer(), Packets.connect(), Packets.sample(.header)])
    #expect(try bench.written() == ["Oc"])
    #expect(bench.filter.closures == [.protocolError(.outOfOrder(.header, after: .connect))])
    #expect(!bench.channel.isActive)
    bench.close()
  }

  @Test func `the end within a packet is reported`() throws {
    let bench = try HandlerBench()
    try bench.begin(before: .connect)
    try bench.send(ByteBuffer(bytes: [0, 0, 0, 9, 0x43]))
    bench.close()
    #expect(bench.filter.closures == [.protocolError(.truncatedPacket(found: 5, expected: 13))])
  }

  @Test func `an error in the filter never counts as accept`() throws {
    let bench = try HandlerBench()
    bench.filter.answer = { event, _ in event.command == .mail ? .skip : .continue }
    try bench.begin(before: .mail)
    try bench.send([Packets.sample(.mail)])
    #expect(try bench.written() == ["t"])
    #expect(bench.filter.closures == [.contractViolation(.replyNotAllowed(.skip, to: .mail))])
    bench.close()
  }

  @Test func `events wait for a pending answer, in order`() throws {
    let bench = try HandlerBench()
    let promise = bench.delay(.mail)
    try bench.begin(before: .mail)
    try bench.send([.mail, .recipient, .data].map(Packets.sample))
    #expect(try bench.written().isEmpty)
    #expect(bench.filter.log.last == "MAIL")
    promise.succeed(.continue)
    #expect(try bench.written() == ["ccc"])
    #expect(bench.filter.log.suffix(3) == ["MAIL", "RCPT", "DATA"])
    bench.close()
  }

  @Test func `a failed answer is a tempfail`() throws {
    struct Failure: Error {}
    let bench = try HandlerBench()
    let promise = bench.delay(.endOfMessage)
    try bench.begin(before: .endOfMessage)
    try bench.send([MilterFrame(.endOfMessage)])
    promise.fail(Failure())
    #expect(try bench.written() == ["t"])
    bench.close()
  }

  @Test func `ABORT while an answer is pending is reported at once, and the late answer is dropped`() throws {
    let bench = try HandlerBench()
    let promise = bench.delay(.endOfMessage)
    try bench.begin(before: .endOfMessage)
    try bench.send([MilterFrame(.endOfMessage)])
    try bench.send([MilterFrame(.abort)])
    #expect(bench.filter.log.last == "abort")
    promise.succeed(.accept)
    #expect(try bench.written().isEmpty)
    try bench.send([Packets.sample(.mail)])
    #expect(try bench.written() == ["c"])
    bench.close()
  }

  @Test func `ABORT discards the parts of the message that wait before it`() throws {
    let bench = try HandlerBench()
    bench.filter.requirements.protocolOptions = [.noReplyHeader]
    let promise = bench.delay(.header)
    try bench.begin(before: .header)
    try bench.send([.header, .header, .endOfHeader, .body, .endOfMessage, .abort, .mail].map(Packets.sample))
    #expect(bench.filter.log.suffix(3) == ["HEADER", "abort", "MAIL"])
    #expect(try bench.written() == ["c"])
    promise.succeed(.continue)
    #expect(try bench.written().isEmpty)
    bench.close()
  }

  @Test func `an ABORT of a later message waits for its turn`() throws {
    let bench = try HandlerBench()
    let promise = bench.delay(.endOfMessage)
    try bench.begin(before: .endOfMessage)
    try bench.send([.endOfMessage, .mail, .header, .abort].map(Packets.sample))
    #expect(bench.filter.log.last == "END OF MESSAGE")
    promise.succeed(.accept)
    #expect(bench.filter.log.suffix(4) == ["END OF MESSAGE", "MAIL", "HEADER", "abort"])
    #expect(try bench.written() == ["acc"])
    bench.close()
  }

  @Test func `ABORT while the answer to CONNECT is pending cancels nothing`() throws {
    let bench = try HandlerBench()
    let promise = bench.delay(.connect)
    try bench.begin(before: .connect)
    try bench.send([.connect, .abort].map(Packets.sample))
    promise.succeed(.continue)
    #expect(try bench.written() == ["c"])
    #expect(bench.filter.log == ["CONNECT"])
    bench.close()
  }

  @Test func `QUIT and the end of the connection while an answer is pending are reported at once`() throws {
    for quits in [true, false] {
      let bench = try HandlerBench()
      let promise = bench.delay(.endOfMessage)
      try bench.begin(before: .endOfMessage)
      try bench.send([MilterFrame(.endOfMessage)])
      if quits { try bench.send([MilterFrame(.quit)]) } else { bench.close() }
      #expect(bench.filter.closures == [quits ? .quit : .peerClosed])
      promise.succeed(.accept)
      bench.close()
      #expect(bench.filter.closures.count == 1)
    }
  }

  @Test func `many given-up messages in one read do not pile up on the stack`() throws {
    let bench = try HandlerBench()
    let promise = bench.delay(.mail)
    try bench.begin(before: .mail)
    var bytes = ByteBuffer()
    for _ in 0..<20_000 {
      for command in [MilterCommand.mail, .abort] { Packets.sample(command).write(into: &bytes) }
    }
    try bench.send(bytes)
    #expect(bench.filter.log.count { $0 == "abort" } == 20_000)
    promise.succeed(.continue)
    bench.close()
  }
}
