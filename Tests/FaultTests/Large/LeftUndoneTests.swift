import MilterPeer
import MilterTestSupport
import TestSupport
import Testing

extension Faults {
  @Suite("Work that is not done is reported")
  struct LeftUndoneTests {
    private static func verify(_ message: PeerMessage, _ lines: String...) async throws -> PeerOutcome {
      try await NameService.run { names in
        var setup = MilterSetup()
        setup.lines = lines
        setup.nameServer = names.server
        return try await Milter.run(setup) { milter in
          try await MailSession.deliver(message, to: milter, from: MailSession.outside)
        }
      }
    }

    @Test
    func `signatures that are not evaluated are counted`() async throws {
      let message = try LargeMessage.signatures.message(1000)
      let outcome = try await Self.verify(message, "MaximumHeaders 0")
      #expect(outcome.words.prefix(3) == ["pass", "pass", "pass"])
      #expect(outcome.words.count < 20 && outcome.words.last == "policy")
      #expect(outcome.results.contains("997"), "\(outcome.results)")
    }

    @Test
    func `a header that is too large is reported with the limit`() async throws {
      let message = try LargeMessage.fields.message(11_000)
      let refused = try await Self.verify(message)
      #expect(refused.isDeferred)
      let limited = try await Self.verify(message, "On-Security accept")
      #expect(limited.words == ["policy"] && limited.results.contains("65536"), "\(limited.results)")
      let many = try await Self.verify(message, "On-Security accept", "MaximumHeaders 0")
      #expect(many.words == ["policy"] && many.results.contains("10000"), "\(many.results)")
    }

    @Test
    func `a message whose header exceeds the limit before any signature is not reported as unsigned`() async throws {
      var message = try Mail.signed("good", "example.com")
      message.fields.insert(contentsOf: try LargeMessage.fields.message(11_000).fields.dropFirst(), at: 0)
      let outcome = try await Self.verify(message, "On-Security accept", "AlwaysAddARHeader yes")
      #expect(outcome.words == ["policy"], "\(outcome.results)")
    }

    @Test
    func `too many names in h= are reported with the limit`() async throws {
      let outcome = try await Self.verify(try LargeMessage.manyNames.message(64_000), "MaximumHeaders 0")
      #expect(outcome.words == ["policy"] && outcome.results.contains("1000"), "\(outcome.results)")
    }

    @Test(arguments: ["accept", "tempfail"])
    func `an internal message that is too large to be signed does not leave unsigned`(_ action: String) async throws {
      let message = try LargeMessage.signedFields.message(11_000)
      try await Milter.run(MilterSetup("On-Security \(action)")) { milter in
        let outcome = try await MailSession.deliver(message, to: milter)
        #expect(!outcome.isAccepted)
      }
    }
  }
}
