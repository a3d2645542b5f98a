import MilterPeer
import MilterTestSupport
import TestSupport
import Testing

extension Faults {
  @Suite("Endurance")
  struct EnduranceTests {
    @Test(.enabled(if: MilterRun.measuresMemory))
    func `20,000 mixed messages do not increase memory and descriptors`() async throws {
      try await NameService.run { names in
        var setup = MilterSetup("On-DNSError accept", "DNSTimeout 2", "SyslogSuccess no")
        setup.nameServer = names.server
        try await Milter.run(setup) { milter in
          try await Self.send(5000 * MilterRun.scale, to: milter)
          let descriptors = try await milter.settledDescriptors()
          let before = (memory: milter.residentMemory, threads: milter.threads)
          try await Self.send(15_000 * MilterRun.scale, to: milter)
          let growth = milter.residentMemory - before.memory
          print("20,000 messages: \(milter.residentMemory >> 10) KiB in use, \(growth >> 10) more than after 5,000")
          #expect(growth < 6 << 20, "\(growth >> 10) KiB more after 20,000 messages than after 5,000")
          #expect(milter.threads <= before.threads)
          try await eventually("nothing is left open", within: .seconds(5)) {
            milter.descriptors <= descriptors
          }
        }
      }
    }

    /// A kind of message, and its client.
    private struct Kind: Sendable {
      let message: PeerMessage
      let isOurs: Bool
      let words: [String]
    }

    private static func kinds() throws -> [Kind] {
      var changed = try Mail.signed("good", "changed.example.com", 1)
      changed.body += Array("More.\r\n".utf8)
      var malformed = Mail.message(from: "x@example.com", 2)
      malformed.fields.insert(.init(name: Array("DKIM-Signature".utf8), value: Array(" v=1; a".utf8)), at: 0)
      var forged = try Mail.signed("good", "forged.example.com", 3)
      let claim = Array(" \(Mail.host); dkim=pass header.d=bank.example".utf8)
      forged.fields.insert(.init(name: Array("Authentication-Results".utf8), value: claim), at: 0)
      var headless = Mail.outgoing(4)
      headless.fields.removeAll { $0.name == Array("From".utf8) }
      let several = try Mail.signed((0..<5).map { ("good", "n\($0).example.com") }, 5)
      return [
        Kind(message: Mail.outgoing(6), isOurs: true, words: []),
        Kind(message: Mail.outgoing(7, body: Mail.text(20_000)), isOurs: true, words: []),
        Kind(message: try Mail.signed("good", "one.example.com", 8), isOurs: false, words: ["pass"]),
        Kind(message: several, isOurs: false, words: ["pass", "pass", "pass", "policy", "policy"]),
        Kind(message: changed, isOurs: false, words: ["fail"]),
        Kind(message: forged, isOurs: false, words: ["pass"]),
        Kind(message: malformed, isOurs: false, words: ["permerror"]),
        Kind(message: Mail.message(from: "x@example.com", 9), isOurs: false, words: []),
        Kind(message: headless, isOurs: true, words: ["permerror"]),
        Kind(message: try Mail.signed("nosuchname", "no.example.com", 10), isOurs: false, words: ["fail"]),
      ]
    }

    /// Sends the messages over eight connections, each of which is reopened after 50 messages.
    private static func send(_ count: Int, to milter: Milter) async throws {
      let kinds = try kinds()
      _ = try await concurrently(Array(0..<(count / 50)), atOnce: 8) { run in
        let ours = try await MailSession.open(milter)
        let theirs = try await MailSession.open(milter, MailSession.outside)
        for number in 0..<50 {
          let kind = kinds[(run + number) % kinds.count]
          let outcome = try await (kind.isOurs ? ours : theirs).deliver(kind.message)
          let isRight = kind.isOurs && kind.words.isEmpty ? outcome.isSigned : outcome.words == kind.words
          try #require(isRight, "kind \((run + number) % kinds.count): \(outcome.verdict) \(outcome.results)")
        }
        // Every tenth connection ends without QUIT.
        if run % 10 == 0 { try await theirs.peer.close() } else { try await theirs.quit() }
        try await ours.quit()
      }
    }
  }
}
