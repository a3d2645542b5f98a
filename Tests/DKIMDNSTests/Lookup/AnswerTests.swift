import Testing

@testable import DKIMCore
@testable import DKIMDNS
import TestSupport

extension DNSTests {
  @Suite("Responses of servers")
  struct AnswerTests {
    /// A script and the expected answer.
    struct Case: Sendable, CustomTestStringConvertible {
      let testDescription: String
      let answer: KeyAnswer
      let script: Script

      init(_ name: String, _ answer: KeyAnswer, _ script: @escaping Script) {
        testDescription = name
        self.answer = answer
        self.script = script
      }
    }

    static let soa = Message.Record.soa("example.com", ttl: 60, minimum: 30)
    static let one = KeyAnswer.records([bytes("v=DKIM1")], secure: false)

    static let cases: [Case] = [
      Case("character-strings joined", .records([bytes("v=DKIM1; p=ABCD")], secure: false)) {
        [.send($0.reply([.txt($0.name, ["v=DKIM1; ", "p=AB", "", "CD"])]))]
      },
      Case("octets of every value", .records([[0, 16, 255, 34, 92]], secure: false)) {
        [.send($0.reply([.init(name: $0.name, type: 16, data: [3, 0, 16, 255, 2, 34, 92])]))]
      },
      Case("two records", .records([bytes("a"), bytes("b")], secure: false)) {
        [.send($0.reply([.txt($0.name, ["a"]), .txt($0.name, ["b"])]))]
      },
      Case("an empty record", .records([[]], secure: false)) { [.send($0.reply([.txt($0.name, [""])]))] },
      Case("owner in upper case", one) { [.send($0.reply([.txt($0.name.uppercased(), ["v=DKIM1"])]))] },
      Case("question in upper case", one) {
        var message = $0.message([.txt($0.name, ["v=DKIM1"])])
        message.question = $0.question.map { (0x61...0x7A).contains($0) ? $0 - 0x20 : $0 }
        return [.send(message.bytes)]
      },
      Case("records of other names and types beside", one) {
        [
          .send(
            $0.reply([
              .txt("other.example.com", ["no"]), .init(name: $0.name, type: 46, data: Array(repeating: 0, count: 19)),
              .txt($0.name, ["v=DKIM1"]), .init(name: $0.name, type: 1, data: [127, 0, 0, 1]),
              .init(name: $0.name, type: 16, cls: 3, data: [2, 110, 111]),
            ]))
        ]
      },
      Case("AD bit from loopback", .records([bytes("x")], secure: true)) { [.send($0.text("x", flags: 0x81A0))] },
      Case("NXDOMAIN", .noSuchName(secure: false)) { [.send($0.reply(code: 3, authorities: [soa]))] },
      Case("NXDOMAIN with AD", .noSuchName(secure: true)) {
        [.send($0.reply(code: 3, authorities: [soa], flags: 0x81A0))]
      },
      Case("NXDOMAIN without SOA", .noSuchName(secure: false)) { [.send($0.reply(code: 3))] },
      Case("no data", .noData(secure: false)) { [.send($0.reply(authorities: [soa]))] },
      Case("no data without SOA", .noData(secure: false)) { [.send($0.reply())] },
      Case("no data, other types only", .noData(secure: false)) {
        [.send($0.reply([.init(name: $0.name, type: 1, data: [127, 0, 0, 1])]))]
      },
      Case("SERVFAIL", .failure(.serverFailure)) { [.send($0.reply(code: 2))] },
      Case("SERVFAIL, DNSSEC bogus", .failure(.bogus)) {
        [.send($0.reply(code: 2, additionals: [.extendedError(6)]))]
      },
      Case("SERVFAIL, no reachable authority", .failure(.serverFailure)) {
        [.send($0.reply(code: 2, additionals: [.extendedError(22)]))]
      },
      Case("REFUSED", .failure(.refused)) { [.send($0.reply(code: 5))] },
      Case("NOTAUTH", .failure(.responseCode(9))) { [.send($0.reply(code: 9))] },
      Case("FORMERR with and without EDNS", .failure(.responseCode(1))) { [.send($0.reply(code: 1))] },
      Case("FORMERR without question, understood without EDNS", one) {
        [.send($0.isExtended ? Message(id: $0.id, flags: 0x8181, question: nil).bytes : $0.text("v=DKIM1"))]
      },
      Case("BADVERS, understood without EDNS", one) {
        let version = Message.Record(name: "", type: 41, cls: 1232, ttl: 1 << 24, data: [])
        return [.send($0.isExtended ? $0.reply(additionals: [version]) : $0.text("v=DKIM1"))]
      },
      Case("a referral", .failure(.malformed("a referral to other name servers"))) {
        [.send($0.reply(authorities: [.ns("example.com", "ns.example.net")]))]
      },
      Case("NXDOMAIN with records", .failure(.malformed("NXDOMAIN together with records of the name"))) {
        [.send($0.reply(code: 3, [.txt($0.name, ["x"])]))]
      },
      Case("two different CNAMEs", .failure(.malformed("a name with two CNAME records"))) {
        [.send($0.reply([.cname($0.name, "a.example"), .cname($0.name, "b.example")]))]
      },
    ]

    @Test(arguments: cases)
    func `each response gives the right answer`(_ example: Case) async throws {
      try await ScriptedServer.run(example.script) { server in
        let (answer, statistics) = try await lookUp([server])
        #expect(answer == example.answer)
        #expect(statistics.droppedReplies == 0 && statistics.questions == 1)
      }
    }

    @Test(arguments: ["cut", "counts", "string", "pointer", "rdlength"])
    func `malformed responses have a reason`(_ kind: String) async throws {
      try await ScriptedServer.run({ request in
        var bytes = request.text("v=DKIM1; p=AAAA")
        let record = 12 + request.question.count
        switch kind {
        case "cut": bytes.removeLast(3)
        case "counts": bytes[7] = 200
        case "string": bytes[bytes.count - 16] = 200
        case "pointer":
          bytes.replaceSubrange(record..<bytes.count, with: [0xC0, UInt8(record), 0, 16, 0, 1, 0, 0, 0, 1, 0, 1, 0])
        default: bytes[bytes.count - 18] = 0xFF
        }
        return [.send(bytes)]
      }) { server in
        let (answer, _) = try await lookUp([server])
        guard case .failure(.malformed(let reason)) = answer else {
          Issue.record("\(kind): \(answer)")
          return
        }
        #expect(!reason.isEmpty)
      }
    }

    @Test
    func `messages that match no query are dropped and counted; the real response counts`() async throws {
      try await ScriptedServer.run({ request in
        var wrongID = request.message([.txt(request.name, ["forged"])])
        wrongID.id ^= 1
        var wrongName = request.message([.txt(request.name, ["forged"])])
        wrongName.question?[1] ^= 1
        var wrongType = request.message([.txt(request.name, ["forged"])])
        wrongType.question?[request.question.count - 3] = 1
        var wrongClass = request.message([.txt(request.name, ["forged"])])
        wrongClass.question?[request.question.count - 1] = 3
        var query = request.message([.txt(request.name, ["forged"])])
        query.flags = 0x0100
        var notify = request.message([.txt(request.name, ["forged"])])
        notify.flags = 0xA180
        var noQuestion = request.message([.txt(request.name, ["forged"])])
        noQuestion.question = nil
        let forged = [wrongID, wrongName, wrongType, wrongClass, query, notify, noQuestion].map(\.bytes)
        let short: [[UInt8]] = [
          [], [1], Array(request.text("forged").prefix(11)), Array(request.text("forged").prefix(20)),
        ]
        return (forged + short).map { .send($0) } + [.pause(milliseconds: 30), .send(request.text("real"))]
      }) { server in
        let (answer, statistics) = try await lookUp([server])
        #expect(answer == .records([bytes("real")], secure: false))
        #expect(statistics.droppedReplies == 11)
        #expect(statistics.queries == 1)
      }
    }

    @Test
    func `a response from another port is ignored`() async throws {
      try await ScriptedServer.run({
        [.sendFromElsewhere($0.text("forged")), .pause(milliseconds: 50), .send($0.text("real"))]
      }) { server in
        let (answer, _) = try await lookUp([server])
        #expect(answer == .records([bytes("real")], secure: false))
      }
    }

    @Test
    func `a datagram that does not match is not a response, even if TCP is not available`() async throws {
      try await ScriptedServer.run(
        tcp: false,
        { request in
          [.send(request.reply(Array(repeating: .txt(request.name, [String(repeating: "x", count: 250)]), count: 30)))]
        }
      ) { server in
        let (answer, _) = try await lookUp([server])
        guard case .failure(.unavailable) = answer else {
          Issue.record("\(answer)")
          return
        }
      }
    }

    @Test
    func `each lookup uses new random IDs and ports`() async throws {
      try await ScriptedServer.run({ [.send($0.text("x"))] }) { server in
        try await withKeySource(DNSConfiguration(servers: [server.server])) { source in
          for number in 0..<40 { _ = await source.answer(name: "s\(number)._domainkey.example.com") }
        }
        let requests = server.requests
        #expect(requests.count == 40)
        #expect(Set(requests.map(\.id)).count > 35)
        #expect(Set(requests.map(\.sourcePort)).count > 30)
        let steps = Set(zip(requests, requests.dropFirst()).map { $1.sourcePort - $0.sourcePort })
        #expect(steps.count > 20)
      }
    }

    @Test
    func `the query has the expected options: RD, AD, EDNS0 with 1232 bytes and DO`() throws {
      let name = try #require(WireName("sel._domainkey.example.com"))
      let query = try #require(Query(name: name, id: 0x1234, extended: true))
      let head: [UInt8] = [0x12, 0x34, 0x01, 0x20, 0, 1, 0, 0, 0, 0, 0, 1]
      let option: [UInt8] = [0, 0, 41, 0x04, 0xD0, 0, 0, 0x80, 0, 0, 0]
      #expect(query.bytes == head + Message.name("sel._domainkey.example.com") + [0, 16, 0, 1] + option)
      let plain = try #require(Query(name: name, id: 0, extended: false))
      #expect(plain.bytes.count == query.bytes.count - 11)
    }
  }
}
