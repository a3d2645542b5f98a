import Testing

@testable import DKIMCore
@testable import DKIMDNS
import TestSupport

extension DNSTests {
  @Suite("CNAME chains")
  struct AliasTests {
    /// `s0.example` is an alias of `s1.example` and so on, `count` times; the last name has a record.
    static func chain(_ count: Int) -> [Message.Record] {
      (0..<count).map { .cname("s\($0).example", "s\($0 + 1).example") } + [.txt("s\(count).example", ["real"])]
    }

    static let real = KeyAnswer.records([bytes("real")], secure: false)

    @Test(arguments: [1, 2, AliasChain.limit])
    func `a chain in one response, up to the limit, in any order`(_ count: Int) async throws {
      for records in [Self.chain(count), Self.chain(count).reversed()] {
        try await ScriptedServer.run({ [.send($0.reply(records))] }) { server in
          let (answer, statistics) = try await lookUp([server], name: "s0.example")
          #expect(answer == Self.real)
          #expect(statistics.queries == 1)
        }
      }
    }

    @Test(arguments: [1, 3, AliasChain.limit])
    func `a chain with a separate response for each link`(_ count: Int) async throws {
      try await ScriptedServer.run({ request in
        [.send(request.reply(Self.chain(count).filter { $0.name == request.name }))]
      }) { server in
        let (answer, statistics) = try await lookUp([server], name: "s0.example")
        #expect(answer == Self.real)
        #expect(statistics.queries == count + 1)
        #expect(statistics.retransmissions == 0)
      }
    }

    @Test(arguments: [true, false])
    func `a chain that is too long`(_ atOnce: Bool) async throws {
      let chain = Self.chain(AliasChain.limit + 1)
      try await ScriptedServer.run({ request in
        [.send(request.reply(atOnce ? chain : chain.filter { $0.name == request.name }))]
      }) { server in
        let (answer, statistics) = try await lookUp([server], name: "s0.example")
        #expect(answer == .failure(.aliasLoop))
        #expect(statistics.aliasLoops == 1)
        #expect(server.requests.count == (atOnce ? 1 : AliasChain.limit + 1))
      }
    }

    @Test(arguments: 0..<3)
    func `a loop: to itself, of two names in one response, of two names in two responses`(_ kind: Int) async throws {
      let two: [Message.Record] = [.cname("s0.example", "S1.example"), .cname("s1.example", "s0.EXAMPLE")]
      try await ScriptedServer.run({ request in
        switch kind {
        case 0: [.send(request.reply([.cname("s0.example", "s0.example")]))]
        case 1: [.send(request.reply(two))]
        default: [.send(request.reply(two.filter { $0.name == request.name.lowercased() }))]
        }
      }) { server in
        let (answer, _) = try await lookUp([server], name: "s0.example")
        #expect(answer == .failure(.aliasLoop))
        #expect(server.requests.count <= 2)
      }
    }

    @Test
    func `NXDOMAIN and no data at the end of a chain`() async throws {
      let soa = Message.Record.soa("example", ttl: 60, minimum: 60)
      for (code, expected) in [(3, KeyAnswer.noSuchName(secure: false)), (0, .noData(secure: false))]
        as [(UInt16, KeyAnswer)]
      {
        try await ScriptedServer.run({
          [.send($0.reply(code: code, [.cname("s0.example", "gone.example")], authorities: [soa]))]
        }) { server in
          let (answer, statistics) = try await lookUp([server], name: "s0.example")
          #expect(answer == expected)
          #expect(statistics.queries == 1)
        }
      }
    }

    @Test(arguments: [true, false], [true, false])
    func `an answer is secure only if all parts of the chain are`(_ first: Bool, _ second: Bool) async throws {
      try await ScriptedServer.run({ request in
        let isFirst = request.name == "s0.example"
        let flags: UInt16 = (isFirst ? first : second) ? 0x81A0 : 0x8180
        return [.send(request.reply(Self.chain(1).filter { $0.name == request.name }, flags: flags))]
      }) { server in
        let (answer, _) = try await lookUp([server], name: "s0.example")
        #expect(answer == .records([bytes("real")], secure: first && second))
      }
    }

    @Test
    func `a target with unusual bytes is queried unchanged`() async throws {
      try await ScriptedServer.run({ request in
        guard request.name != "s0.example" else {
          return [
            .send(request.reply([.init(name: request.name, type: 5, data: [3, 0x61, 0x20, 0x5C, 2, 0xFF, 0x00, 0])]))
          ]
        }
        return [.send(Message(id: request.id, question: request.question, answers: []).bytes)]
      }) { server in
        let (answer, _) = try await lookUp([server], name: "s0.example")
        #expect(answer == .noData(secure: false))
        #expect(server.requests.last?.question == [3, 0x61, 0x20, 0x5C, 2, 0xFF, 0x00, 0, 0, 16, 0, 1])
      }
    }
  }
}
