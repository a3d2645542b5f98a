import MilterPeer
import MilterTestSupport
import TestSupport
import Testing

extension Faults {
  @Suite("What is left undone is said")
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

    @Test("Signatures beyond those that are looked at are counted")
    func signatures() async throws {
      let message = try LargeMessage.signatures.message(1000)
      let outcome = try await Self.verify(message, "MaximumHeaders 0")
      #expect(outcome.words.prefix(3) == ["pass", "pass", "pass"])
      #expect(outcome.words.count < 20 && outcome.words.last == "policy")
      #expect(outcome.results.contains("997"), "\(outcome.results)")
    }

    @Test("A header that is too large is a reason, with its limit")
    func header() async throws {
      let message = try LargeMessage.fields.message(11_000)
      let refused = try await Self.verify(message)
      #expect(refused.isDeferred)
      let limited = try await Self.verify(message, "On-Security accept")
      #expect(limited.words == ["policy"] && limited.results.contains("65536"), "\(limited.results)")
      let many = try await Self.verify(message, "On-Security accept", "MaximumHeaders 0")
      #expect(many.words == ["policy"] && many.results.contains("10000"), "\(many.results)")
    }

    @Test("A header that is cut before any signature is not said to be unsigned")
    func cutBeforeSignature() async throws {
      var message = try Mail.signed("good", "example.com")
      message.fields.insert(contentsOf: try LargeMessage.fields.message(11_000).fields.dropFirst(), at: 0)
      let outcome = try await Self.verify(message, "On-Security accept", "AlwaysAddARHeader yes")
      #expect(outcome.words == ["policy"], "\(outcome.results)")
    }

    @Test("Too many names in h= are a reason, with their limit")
    func names() async throws {
      let outcome = try await Self.verify(try LargeMessage.manyNames.message(64_000), "MaximumHeaders 0")
      #expect(outcome.words == ["policy"] && outcome.results.contains("1000"), "\(outcome.results)")
    }

    @Test(
      "A message of ours that is too large to be signed is not let out unsigned", arguments: ["accept", "tempfail"])
    func outgoing(_ action: String) async throws {
      let message = try LargeMessage.signedFields.message(11_000)
      try await Milter.run(MilterSetup("On-Security \(action)")) { milter in
        let outcome = try await MailSession.deliver(message, to: milter)
        #expect(!outcome.isAccepted)
      }
    }
  }
}
