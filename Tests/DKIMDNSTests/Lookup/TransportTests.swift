import Testing

@testable import DKIMCore
@testable import DKIMDNS
import TestSupport

extension DNSTests {
  @Suite("Silence, other servers, TCP")
  struct TransportTests {
    static let real = KeyAnswer.records([bytes("real")], secure: false)
    static let truncated: Script = { [.send($0.reply(flags: 0x8380))] }

    /// A truncated response over UDP, then `overTCP`.
    static func stream(_ overTCP: @escaping Script) -> Script { { $0.isTCP ? overTCP($0) : truncated($0) } }

    @Test
    func `without a response, a lookup ends after the timeout, with a retransmission`() async throws {
      try await ScriptedServer.run({ _ in [] }) { server in
        let start = ContinuousClock.now
        let (answer, statistics) = try await lookUp(
          [server], timeout: .milliseconds(300), attemptTimeout: .milliseconds(80))
        #expect(answer == .failure(.timeout(seconds: 1)))
        #expect(ContinuousClock.now - start >= .milliseconds(299))
        #expect(statistics.queries == 2 && statistics.retransmissions == 1 && statistics.timeouts == 1)
        let requests = server.requests
        #expect(requests.count == 2)
        #expect(Set(requests.map(\.id)).count == 1, "a retransmission must be the same query")
      }
    }

    @Test
    func `the response to the first transmission is still accepted after the second one`() async throws {
      try await ScriptedServer.run({ $0.number == 1 ? [.pause(milliseconds: 250), .send($0.text("real"))] : [] }) {
        let (answer, statistics) = try await lookUp([$0], attemptTimeout: .milliseconds(50))
        #expect(answer == Self.real)
        #expect(statistics.retransmissions == 1)
      }
    }

    @Test
    func `a lost query is sent again`() async throws {
      try await ScriptedServer.run({ $0.number == 1 ? [] : [.send($0.text("real"))] }) { server in
        let (answer, _) = try await lookUp([server], attemptTimeout: .milliseconds(50))
        #expect(answer == Self.real)
      }
    }

    @Test(arguments: [2, 5, 4, 9] as [UInt16])
    func `after the failure of a lame server, the next one is queried`(_ code: UInt16) async throws {
      try await ScriptedServer.run({ [.send($0.reply(code: code))] }) { lame in
        try await ScriptedServer.run({ [.send($0.text("real"))] }) { good in
          let (answer, statistics) = try await lookUp([lame, good])
          #expect(answer == Self.real)
          #expect(statistics.timeouts == 0)
        }
      }
    }

    @Test
    func `three servers: silent, malformed, good`() async throws {
      try await ScriptedServer.run({ _ in [] }) { silent in
        try await ScriptedServer.run({ [.send(Array($0.text("real").dropLast(2)))] }) { broken in
          try await ScriptedServer.run({ [.send($0.text("real"))] }) { good in
            let (answer, statistics) = try await lookUp([silent, broken, good], attemptTimeout: .milliseconds(300))
            #expect(answer == Self.real)
            #expect(statistics.queries == 3 && statistics.retransmissions == 2)
            #expect([silent, broken, good].map(\.requests.count) == [1, 1, 1])
          }
        }
      }
    }

    @Test
    func `a failure is the answer if no other server responds`() async throws {
      try await ScriptedServer.run({ [.send($0.reply(code: 2))] }) { lame in
        try await ScriptedServer.run({ _ in [] }) { silent in
          let (answer, _) = try await lookUp(
            [lame, silent], timeout: .milliseconds(1200), attemptTimeout: .milliseconds(300))
          #expect(answer == .failure(.serverFailure))
          #expect(lame.requests.count == 1, "a server that responded must not be queried again")
          #expect(silent.requests.count == 2)
        }
      }
    }

    @Test
    func `a closed port is detected immediately, and the next server is queried`() async throws {
      let gone = try await ScriptedServer.start { _ in [] }
      await gone.stop()
      try await ScriptedServer.run({ [.send($0.text("real"))] }) { good in
        let (answer, statistics) = try await lookUp([gone, good], timeout: .seconds(20), attemptTimeout: .seconds(10))
        #expect(answer == Self.real)
        #expect(statistics.retransmissions == 1)
      }
      let (answer, _) = try await lookUp([gone], timeout: .milliseconds(300), attemptTimeout: .milliseconds(50))
      guard case .failure(.unavailable(let reason)) = answer else {
        Issue.record("\(answer)")
        return
      }
      #expect(reason.contains("127.0.0.1@\(gone.server.port)") && reason.contains("efused"))
    }

    @Test
    func `a server that never responds is queried last from the fourth lookup on`() async throws {
      try await ScriptedServer.run({ _ in [] }) { silent in
        try await ScriptedServer.run({ [.send($0.text("real"))] }) { good in
          var configuration = DNSConfiguration(servers: [silent.server, good.server])
          configuration.attemptTimeout = .milliseconds(100)
          try await withKeySource(configuration) { source in
            for number in 0..<8 { #expect(await source.answer(name: "s\(number).example.com") == Self.real) }
          }
          #expect(silent.requests.count == ServerHealth.silenceLimit)
        }
      }
    }

    @Test
    func `rotation begins with another server each time`() async throws {
      try await ScriptedServer.run({ [.send($0.text("real"))] }) { first in
        try await ScriptedServer.run({ [.send($0.text("real"))] }) { second in
          var configuration = DNSConfiguration(servers: [first.server, second.server])
          configuration.rotatesServers = true
          try await withKeySource(configuration) { source in
            for number in 0..<6 { _ = await source.answer(name: "s\(number).example.com") }
          }
          #expect(first.requests.count == 3 && second.requests.count == 3)
        }
      }
    }

    @Test
    func `an IPv6 server`() async throws {
      try await ScriptedServer.run(address: "::1", { [.send($0.text("real", flags: 0x81A0))] }) { server in
        let (answer, _) = try await lookUp([server])
        #expect(answer == .records([bytes("real")], secure: true))
      }
    }

    @Test
    func `all queries can be sent over TCP: after a failure, without EDNS, and to the next server`() async throws {
      let formatError: Script = { [.send($0.number == 1 ? $0.reply(code: 1) : $0.text("real"))] }
      try await ScriptedServer.run({ [.send($0.reply(code: 2))] }) { lame in
        try await ScriptedServer.run(formatError) { old in
          let (answer, statistics) = try await lookUp([lame, old], alwaysUsesTCP: true)
          #expect(answer == Self.real)
          #expect(lame.requests.map(\.isTCP) == [true] && old.requests.map(\.isTCP) == [true, true])
          #expect(statistics.tcpConnections == 3)
        }
      }
      let gone = try await ScriptedServer.start { _ in [] }
      await gone.stop()
      try await ScriptedServer.run({ [.send($0.text("real"))] }) { good in
        let (answer, _) = try await lookUp([gone, good], timeout: .seconds(20), alwaysUsesTCP: true)
        #expect(answer == Self.real)
      }
    }

    @Test
    func `after a truncated response, TCP is used, which transports larger messages`() async throws {
      let long = Array(repeating: String(repeating: "k", count: 255), count: 100)
      try await ScriptedServer.run(Self.stream { [.send($0.reply([.txt($0.name, long)]))] }) { server in
        let (answer, statistics) = try await lookUp([server])
        #expect(answer == .records([bytes(long.joined())], secure: false))
        #expect(statistics.tcpConnections == 1 && statistics.retransmissions == 0)
        #expect(server.requests.map(\.isTCP) == [false, true])
        #expect(Set(server.requests.map(\.id)).count == 2)
      }
    }

    /// Responses that were truncated by the server, on the path, or by the receive buffer.
    static let cutShort: [(String, Script)] = [
      ("ends behind the question", { [.send(cut($0, to: 12 + $0.question.count))] }),
      ("ends within the record", { [.send(cut($0, to: 12 + $0.question.count + 20))] }),
      (
        "has lost its OPT",
        { request in
          let whole = request.reply([.txt(request.name, ["x"])], additionals: [.extendedError(0)], flags: 0x8380)
          return [.send(Array(whole.dropLast(17)))]
        }
      ),
      ("says SERVFAIL", { [.send($0.reply(code: 2, flags: 0x8380))] }),
      ("is longer than the buffer", { [.send(filling($0, bytes: Sockets.datagramBuffer + 904))] }),
      ("is as long as the buffer", { [.send(filling($0, bytes: Sockets.datagramBuffer))] }),
    ]

    /// A response with TC and counts of more records than it contains.
    static func cut(_ request: ScriptedRequest, to count: Int) -> [UInt8] {
      Array(request.text("v=DKIM1; p=AAAA", flags: 0x8380).prefix(count))
    }

    /// A complete response with the given number of bytes, without TC.
    static func filling(_ request: ScriptedRequest, bytes count: Int) -> [UInt8] {
      let empty = request.reply([.txt(request.name, [])]).count
      let (whole, rest) = (count - empty).quotientAndRemainder(dividingBy: 256)
      let strings = Array(repeating: String(repeating: "k", count: 255), count: whole)
      return request.reply([.txt(request.name, strings + [String(repeating: "k", count: rest - 1)])])
    }

    @Test(arguments: 0..<6)
    func `after any truncated response, the query is repeated over TCP`(_ index: Int) async throws {
      let (kind, script) = Self.cutShort[index]
      try await ScriptedServer.run({ $0.isTCP ? [.send($0.text("real"))] : script($0) }) { server in
        let (answer, statistics) = try await lookUp([server])
        #expect(answer == Self.real, "\(kind)")
        #expect(statistics.tcpConnections == 1 && statistics.retransmissions == 0, "\(kind)")
        #expect(server.requests.map(\.isTCP) == [false, true], "\(kind)")
      }
    }

    @Test
    func `a response that does not fill the buffer was not truncated`() async throws {
      let script: Script = { [.send(Self.filling($0, bytes: Sockets.datagramBuffer - 1))] }
      try await ScriptedServer.run(script) { server in
        let (answer, statistics) = try await lookUp([server])
        guard case .records(let records, _) = answer else {
          Issue.record("\(answer)")
          return
        }
        #expect(records.count == 1 && (records.first?.count ?? 0) > 3900)
        #expect(statistics.tcpConnections == 0)
      }
    }

    @Test
    func `a TCP response in single bytes is assembled`() async throws {
      try await ScriptedServer.run(
        Self.stream { request in
          let bytes = request.text("real")
          return (Message.pair(UInt16(bytes.count)) + bytes).flatMap { [.raw([$0]), .pause(milliseconds: 1)] }
        }
      ) { server in
        let (answer, _) = try await lookUp([server])
        #expect(answer == Self.real)
      }
    }

    static let brokenStreams: [(String, Script)] = [
      ("closed at once", { _ in [.close] }),
      (
        "closed inside the message",
        { [.raw(Message.pair(100)), .raw($0.text("real")), .pause(milliseconds: 5), .close] }
      ),
      (
        "another id",
        { request in
          var message = request.message([.txt(request.name, ["forged"])])
          message.id ^= 1
          return [.send(message.bytes)]
        }
      ),
      ("TC again", { [.send($0.reply(flags: 0x8380))] }),
      ("TC again, and cut", { [.send(cut($0, to: 12 + $0.question.count + 20))] }),
      ("no octets", { _ in [.send([])] }),
    ]

    @Test(arguments: 0..<6)
    func `each TCP failure has its own answer, and the next server is queried`(_ index: Int) async throws {
      try await ScriptedServer.run(Self.stream(Self.brokenStreams[index].1)) { broken in
        let (alone, _) = try await lookUp([broken])
        switch alone {
        case .failure(.unavailable(let reason)) where index < 2: #expect(reason.contains("TCP connection was closed"))
        case .failure(.malformed) where index >= 2: break
        default: Issue.record("\(Self.brokenStreams[index].0): \(alone)")
        }
        try await ScriptedServer.run({ [.send($0.text("real"))] }) { good in
          let (answer, _) = try await lookUp([broken, good])
          #expect(answer == Self.real)
        }
      }
    }

    @Test(arguments: [false, true])
    func `a TCP connection that stalls or sends very slowly ends with the timeout`(_ trickles: Bool) async throws {
      try await ScriptedServer.run(
        Self.stream { _ in
          [.raw([0xFF, 0xFF])] + (trickles ? (0..<2000).flatMap { _ in [.pause(milliseconds: 5), .raw([0])] } : [])
        }
      ) { server in
        let (answer, statistics) = try await lookUp([server], timeout: .milliseconds(300), attempts: 1)
        #expect(answer == .failure(.timeout(seconds: 1)))
        #expect(statistics.tcpConnections == 1)
      }
    }

    @Test
    func `if a TCP connection stalls, the next server is queried in time`() async throws {
      try await ScriptedServer.run(Self.stream { _ in [] }) { broken in
        try await ScriptedServer.run({ [.send($0.text("real"))] }) { good in
          let (answer, _) = try await lookUp([broken, good], attemptTimeout: .milliseconds(100))
          #expect(answer == Self.real)
        }
      }
    }

    @Test
    func `a server without TCP`() async throws {
      try await ScriptedServer.run(tcp: false, Self.truncated) { server in
        let (answer, _) = try await lookUp([server])
        guard case .failure(.unavailable(let reason)) = answer else {
          Issue.record("\(answer)")
          return
        }
        #expect(reason.contains("efused"))
      }
    }
  }
}
