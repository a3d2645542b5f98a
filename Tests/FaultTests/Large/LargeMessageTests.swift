import MilterPeer
import MilterTestSupport
import TestSupport
import Testing

extension Faults {
  @Suite("Large messages")
  struct LargeMessageTests {
    /// Settings so that the milter processes the whole message, as far as its fixed limits allow.
    private static func setup(_ names: NameService) -> MilterSetup {
      var setup = MilterSetup("MaximumHeaders 0", "On-Security accept", "DNSTimeout 2")
      setup.nameServer = names.server
      return setup
    }

    private static func deliver(_ message: PeerMessage, _ kind: LargeMessage, _ milter: Milter) async throws
      -> (outcome: PeerOutcome, work: Double)
    {
      let before = milter.processorTime
      let client = kind.isOutgoing ? MailSession.inside : MailSession.outside
      let outcome = try await MailSession.deliver(message, to: milter, from: client, timeout: .seconds(60))
      return (outcome, milter.processorTime - before)
    }

    @Test(arguments: LargeMessage.allCases)
    func `size costs bounded memory and linear time`(_ kind: LargeMessage) async throws {
      try await NameService.run { names in
        try await Milter.run(Self.setup(names)) { milter in
          let small = try kind.message(kind.fullSize / 4)
          let large = try kind.message(kind.fullSize)
          _ = try await Self.deliver(try kind.message(kind.fullSize / 100), kind, milter)
          milter.forgetPeak()
          let before = milter.peakMemory
          let quarter = try await Self.deliver(small, kind, milter)
          let (outcome, work) = try await Self.deliver(large, kind, milter)
          #expect(work < 4 * 1.6 * quarter.work + 0.3, "quadratic: \(quarter.work) s for a quarter")
          if MilterRun.measuresMemory { #expect(milter.peakMemory - before < 48 << 20) }
          expectHonest(outcome, kind)
          #expect(milter.log.utf8.count < 100_000)
        }
      }
    }

    @Test(arguments: [LargeMessage.verifiedBody, .signedFields, .comments])
    func `a large message delays no other`(_ kind: LargeMessage) async throws {
      try await NameService.run { names in
        try await Milter.run(Self.setup(names)) { milter in
          let large = try kind.message(kind.fullSize / 2)
          let (outcome, traffic) = try await Traffic.beside(milter) {
            try await Self.deliver(large, kind, milter).outcome
          }
          traffic.expectNormal()
          expectHonest(outcome, kind)
        }
      }
    }

    /// Checks that the message is signed or not accepted, or that it is verified or has a reason why not.
    private func expectHonest(_ outcome: PeerOutcome, _ kind: LargeMessage) {
      if kind.isOutgoing {
        // If no sender can be determined, that is reported.
        #expect(outcome.isSigned || !outcome.isAccepted || outcome.words == ["permerror"], "\(outcome.results)")
      } else {
        #expect(!outcome.words.isEmpty, "\(outcome.results)")
        #expect(outcome.results.utf8.count < 10_000, "the field is too long for readers")
        if kind != .verifiedBody && kind != .resultComments && kind != .resultList {
          #expect(outcome.words.allSatisfy { $0 != "none" })
        }
      }
    }
  }
}
