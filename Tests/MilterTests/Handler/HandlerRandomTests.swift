import Milter
import NIOCore
import NIOEmbedded
import Testing
import TestSupport

/// Random conversations: packets in any order, split anywhere, with answers now, later or never.
@Suite(.timeLimit(.minutes(1))) struct HandlerRandomTests {
  /// The state of one conversation, to check its rules.
  private final class Walk {
    let bench: HandlerBench
    var random: SeededGenerator
    /// The pending answers.
    var promises: [EventLoopPromise<MilterResponse>] = []
    /// The number of allowed replies: one for each answered event, and one for the offer.
    var allowed = 1

    init(seed: UInt64) throws {
      bench = try HandlerBench(MilterOptions(backlog: 200))
      random = SeededGenerator(seed: seed)
      bench.filter.requirements.protocolOptions = MilterProtocolOptions(
        rawValue: UInt32.random(in: 0...UInt32.max, using: &random))
      bench.filter.answer = { [unowned self] _, _ in answer() }
    }

    private func answer() -> MilterAnswer {
      let replies: [MilterReply] = [.continue, .continue, .continue, .accept, .reject, .skip, .tempfail]
      let response = MilterResponse(replies[random.below(replies.count)])
      // An error of the filter may cause a tempfail reply.
      allowed += 1
      if random.below(4) > 0 { return .now(random.below(3) == 0 ? response : .continue) }
      let promise = bench.channel.eventLoop.makePromise(of: MilterResponse.self)
      promises.append(promise)
      return .later(promise.futureResult)
    }

    func packet() -> MilterFrame {
      let likely: [MilterCommand] = [.connect, .mail, .recipient, .data, .header, .endOfHeader, .body, .endOfMessage]
      let all = MilterCommand.allCases
      let choice = random.below(40)
      if choice == 0 { return Packets.sample(all[random.below(all.count)]) }
      if choice < 4 { return MilterFrame(.abort) }
      defer { place = (place + 1) % likely.count }
      return Packets.sample(likely[max(place, hasBegun ? 1 : 0)])
    }

    var place = 0
    var hasBegun = false

    func send(_ bytes: ByteBuffer) throws {
      var rest = bytes
      while rest.readableBytes > 0, bench.channel.isActive {
        let length = 1 + random.below(rest.readableBytes)
        guard let piece = rest.readSlice(length: length) else { return }
        try bench.send(piece)
        if random.below(3) == 0, let promise = promises.popLast() { promise.succeed(.continue) }
      }
    }
  }

  @Test(arguments: 0..<400 as Range<UInt64>)
  func `there is never an extra reply, and exactly one end`(_ seed: UInt64) throws {
    let walk = try Walk(seed: seed)
    try walk.send(Packets.bytes([Packets.offer()]))
    for _ in 0..<60 where walk.bench.channel.isActive {
      var bytes = ByteBuffer()
      for _ in 0...walk.random.below(5) {
        walk.packet().write(into: &bytes)
        walk.hasBegun = true
      }
      try walk.send(bytes)
    }
    for promise in walk.promises { promise.succeed(.accept) }
    let replies = try walk.bench.written().joined()
    #expect(replies.count <= walk.allowed)
    walk.bench.close()
    #expect(walk.bench.filter.closures.count == 1)
    let log = walk.bench.filter.log
    #expect(
      log.count { $0 == "abort" } <= log.count { $0 == "MAIL" } + 1
        || walk.bench.filter.requirements.protocolOptions.contains(.noMail))
  }
}
