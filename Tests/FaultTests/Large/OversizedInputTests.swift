import Glibc
import MilterPeer
import MilterTestSupport
import TestSupport
import Testing

@testable import DKIMCore

extension Faults {
  /// Inputs that cause other filters to overflow a buffer, crash, or keep a forged field.
  @Suite("Inputs that break other filters")
  struct OversizedInputTests {
    private static func field(_ name: String, _ value: String) -> PeerMessage.Field {
      .init(name: Array(name.utf8), value: Array(value.utf8))
    }

    /// Delivers the message, and then a plain one to the same process.
    private static func deliver(_ message: PeerMessage, _ lines: String...) async throws -> PeerOutcome {
      try await NameService.run { names in
        var setup = MilterSetup()
        setup.lines = ["MaximumHeaders 0", "AuthservID mx.ours.example", "DNSTimeout 2"] + lines
        setup.nameServer = names.server
        return try await Milter.run(setup) { milter in
          let outcome = try await MailSession.deliver(message, to: milter, from: MailSession.outside)
          let next = try await MailSession.deliver(
            try Mail.signed("good", "example.com"), to: milter, from: MailSession.outside)
          #expect(next.words == ["pass"], "the process continues")
          return outcome
        }
      }
    }

    @Test(arguments: [33_000, 60_000])
    func `z= of more than 32 KB`(_ bytes: Int) async throws {
      let filler = String(repeating: "a", count: bytes)
      var message = Mail.message(from: "carol@example.com", 1)
      let subject = try #require(message.fields.firstIndex { $0.name == Array("Subject".utf8) })
      message.fields[subject] = Self.field("Subject", " " + filler)
      var request = try SigningRequest(
        domain: try DomainName("example.com"), selector: try Selector("good"), key: Mail.theirKey)
      request.copiesHeaders = true
      let signature = try #require(try Signer([request]).sign(message.bytes, at: Timestamp(UInt64(time(nil)))).first)
      let value = String(decoding: signature.value, as: UTF8.self)
      #expect(value.contains("z=") && value.utf8.count > bytes)
      message.fields.insert(
        .init(name: Array("DKIM-Signature".utf8), value: signature.value.filter { $0 != 0x0D }), at: 0)
      let outcome = try await Self.deliver(message)
      #expect(outcome.isAccepted)
      #expect(outcome.words == ["pass"], "\(outcome.results)")
    }

    @Test
    func `a key record of more than 8 KB, in more than 255 strings`() async throws {
      // p= comes last, so the key is found only if the whole record is read.
      let note = "n=" + String(repeating: "x", count: 9000) + "; "
      let record = Mail.record(Mail.theirKey).replacing("v=DKIM1; ", with: "v=DKIM1; " + note)
      let strings = stride(from: 0, to: record.utf8.count, by: 30).map {
        String(decoding: Array(record.utf8)[$0..<min($0 + 30, record.utf8.count)], as: UTF8.self)
      }
      #expect(strings.count > 255)
      let server = try await ScriptedServer.start { request in
        guard request.name.hasPrefix("long.") else { return [.send(request.text(Mail.record(Mail.theirKey)))] }
        return request.isTCP
          ? [.send(request.reply([.txt(request.name, strings)]))] : [.send(request.reply([], flags: 0x8380))]
      }
      var setup = MilterSetup("DNSTimeout 2")
      setup.nameServer = server.server
      try await Milter.run(setup) { milter in
        let long = try await MailSession.deliver(
          try Mail.signed("long", "example.com"), to: milter, from: MailSession.outside)
        #expect(long.isAccepted)
        #expect(long.words == ["pass"], "\(long.results)")
        let next = try await MailSession.deliver(
          try Mail.signed("next", "example.com"), to: milter, from: MailSession.outside)
        #expect(next.words == ["pass"])
      }
      await server.stop()
    }

    @Test(arguments: [4097, 60_000])
    func `a forged Authentication-Results of more than 4 KB is removed`(_ bytes: Int) async throws {
      var message = Mail.message(from: "carol@example.com", 1)
      let comment = "(" + String(repeating: "c", count: bytes) + ")"
      message.fields.insert(
        Self.field("Authentication-Results", " \(comment) mx.ours.example; dkim=pass header.d=bank.example"), at: 0)
      message.fields.insert(
        Self.field("Authentication-Results", " mx.ours.example; \(comment) dkim=pass header.d=bank.example"), at: 0)
      let applied = try await Self.deliver(message, "AlwaysAddARHeader yes").applied(to: message)
      let results = applied.fields.filter { $0.name == Array("Authentication-Results".utf8) }
      #expect(results.count == 1)
      #expect(!String(decoding: results.flatMap(\.value), as: UTF8.self).contains("bank.example"))
    }

    @Test(arguments: [17, 1000])
    func `a forged Authentication-Results with 17 and with 1,000 results is removed`(_ count: Int) async throws {
      var message = Mail.message(from: "carol@example.com", 1)
      let results = (0..<count).map { "; dkim=pass header.d=bank\($0).example" }.joined()
      message.fields.insert(Self.field("Authentication-Results", " mx.ours.example" + results), at: 0)
      // The field of another host is kept.
      message.fields.append(Self.field("Authentication-Results", " mx.other.example" + results))
      let applied = try await Self.deliver(message).applied(to: message)
      let left = applied.fields.filter { $0.name == Array("Authentication-Results".utf8) }.map {
        String(decoding: $0.value, as: UTF8.self)
      }
      #expect(left.filter { $0.contains("bank1.example") }.count == 1)
      #expect(left.contains { $0.hasPrefix(" mx.other.example; dkim=pass header.d=bank0.example") })
    }
  }
}
