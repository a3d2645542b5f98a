import MilterPeer
import MilterTestSupport
import NIOCore
import TestSupport
import Testing

@testable import DKIMCore

extension Faults {
  @Suite("Trouble with DNS")
  struct NameTroubleTests {
    /// The timeout of a lookup, in seconds.
    static let timeout = 2
    /// The time limit for a verdict that needs such a lookup; the default DNSTimeout would be longer.
    static let limit = Duration.seconds(4)
    /// The maximum number of queries for a name without a response: each attempt, and a few others.
    static let mostQuestions = 10

    private static func setup(_ names: NameService, _ lines: String...) -> MilterSetup {
      var setup = MilterSetup()
      setup.lines = ["DNSTimeout \(timeout)"] + lines
      setup.nameServer = names.server
      return setup
    }

    /// The outcome of a message, and how long it took.
    private static func verify(
      _ message: PeerMessage, _ milter: Milter
    ) async throws -> (outcome: PeerOutcome, time: Duration) {
      let start = ContinuousClock.now
      let outcome = try await MailSession.deliver(message, to: milter, from: MailSession.outside)
      return (outcome, ContinuousClock.now - start)
    }

    private static func passes(_ domain: String, _ milter: Milter) async throws -> Bool {
      try await verify(try Mail.signed("good", domain), milter).outcome.words == ["pass"]
    }

    @Test
    func `every DNS fault ends in an error in time, is never trusted, causes few queries and delays no other mail`()
      async throws
    {
      try await NameService.run { names in
        try await Milter.run(Self.setup(names, "On-DNSError accept")) { milter in
          #expect(try await Self.passes("good.example.com", milter))
          let (results, traffic) = try await Traffic.beside(milter) {
            try await concurrently(NameTrouble.allCases, atOnce: 100) { trouble in
              try await Self.verify(try Mail.signed(trouble.rawValue, "\(trouble).example.com"), milter)
            }
          }
          traffic.expectNormal()
          for (trouble, result) in zip(NameTrouble.allCases, results) {
            #expect(result.outcome.words == [trouble.word], "\(trouble): \(result.outcome.results)")
            #expect(result.outcome.isAccepted, "\(trouble)")
            #expect(result.time < Self.limit, "\(trouble)")
            let questions = names.questions(below: "\(trouble).example.com")
            #expect(questions > 0 && questions <= (trouble == .chainalias ? 20 : Self.mostQuestions), "\(trouble)")
          }
          #expect(try await Self.passes("later.example.com", milter))
        }
      }
    }

    @Test
    func `by default, a temporary error defers the message, and is reported in its field`() async throws {
      try await NameService.run { names in
        try await Milter.run(Self.setup(names)) { milter in
          for trouble in [NameTrouble.silence, .servfail, .forged] {
            let result = try await Self.verify(try Mail.signed(trouble.rawValue, "d.example.com"), milter)
            #expect(result.outcome.isDeferred && result.time < Self.limit, "\(trouble)")
            #expect(result.outcome.words == ["temperror"], "\(trouble)")
          }
        }
      }
    }

    @Test
    func `the genuine response is used however many forged ones arrive first`() async throws {
      let record = Mail.record(Mail.theirKey)
      let wrong = Mail.record(try SigningKey.generate(.ed25519))
      let server = try await ScriptedServer.start { request in
        var other = request.message([.txt(request.name, [wrong])])
        other.id ^= 1
        var question = request.message([.txt(request.name, [wrong])])
        question.question = Message.name("x.example.com") + [0, 16, 0, 1]
        return Array(repeating: .sendFromElsewhere(request.text(wrong)), count: 50)
          + Array(repeating: .send(other.bytes), count: 50) + [
            .send(question.bytes), .send([]), .send([0]), .pause(milliseconds: 200), .send(request.text(record)),
          ]
      }
      var setup = MilterSetup("DNSTimeout \(Self.timeout)")
      setup.nameServer = server.server
      try await Milter.run(setup) { milter in
        let passes = try await Self.passes("example.com", milter)
        #expect(passes)
      }
      await server.stop()
    }

    @Test
    func `300 names without a response at the same time`() async throws {
      try await NameService.run { names in
        try await Milter.run(Self.setup(names, "On-DNSError accept")) { milter in
          #expect(try await Self.passes("good.example.com", milter))
          let before = try await milter.settledDescriptors()
          let messages = try (0..<100).map { number in
            try Mail.signed((0..<3).map { ("silence", "s\($0).n\(number).example.com") }, number)
          }
          let (results, traffic) = try await Traffic.beside(milter) {
            try await concurrently(messages, atOnce: 100) { try await Self.verify($0, milter) }
          }
          traffic.expectNormal()
          traffic.report("beside 300 silent names")
          for result in results {
            #expect(result.outcome.words == ["temperror", "temperror", "temperror"])
            #expect(result.time < Self.limit)
          }
          #expect(names.questions <= 300 * Self.mostQuestions)
          try await eventually("no socket is left", within: .seconds(5)) { milter.descriptors <= before }
          #expect(try await Self.passes("later.example.com", milter))
        }
      }
    }

    @Test
    func `queries beyond the limit per domain end in time, and delay nothing else`() async throws {
      try await NameService.run { names in
        try await Milter.run(Self.setup(names, "On-DNSError accept", "MaximumSignaturesToVerify 10")) { milter in
          let messages = try (0..<100).map { number in
            try Mail.signed((0..<10).map { ("silence", "s\($0).n\(number).example.com") }, number)
          }
          let (results, traffic) = try await Traffic.beside(milter) {
            try await concurrently(messages, atOnce: 100) { try await Self.verify($0, milter) }
          }
          traffic.expectNormal()
          for result in results {
            #expect(result.outcome.words == Array(repeating: "temperror", count: 10))
            #expect(result.time < Self.limit)
          }
          #expect(try await Self.passes("later.example.com", milter))
        }
      }
    }

    @Test
    func `a client's mail with a domain that does not respond delays no other mail, however many connections it uses`()
      async throws
    {
      try await NameService.run { names in
        try await Milter.run(Self.setup(names, "DNSTimeout 6")) { milter in
          let attacker = PeerClient(address: "198.51.100.66", hostName: "attacker.example")
          let messages = try (0..<200).map { number in
            try Mail.signed((0..<3).map { ("silence", "s\($0).n\(number).example.com") }, number)
          }
          async let attack = concurrently(messages, atOnce: 200) {
            try await MailSession.deliver($0, to: milter, from: attacker)
          }
          try await eventually("the queries are in progress", within: .seconds(4)) { names.questions >= 256 }
          for number in 0..<5 {
            let result = try await Self.verify(try Mail.signed("good", "victim\(number).example.net"), milter)
            #expect(result.outcome.words == ["pass"], "\(result.outcome.results)")
            #expect(result.time < .seconds(2))
          }
          let outcomes = try await attack
          #expect(outcomes.allSatisfy { $0.isDeferred })
        }
      }
    }

    @Test
    func `a client with signatures of many domains that do not respond delays no mail of other clients`() async throws {
      try await NameService.run { names in
        var setup = Self.setup(names, "DNSTimeout 6")
        // A quarter of the descriptors is for DNS queries.
        setup.preparation = ["ulimit -n 1024"]
        try await Milter.run(setup) { milter in
          let attacker = PeerClient(address: "198.51.100.66", hostName: "attacker.example")
          let messages = try (0..<150).map { number in
            try Mail.signed((0..<3).map { ("silence", "n\(number)x\($0).example") }, number)
          }
          async let attack = concurrently(messages, atOnce: 150) {
            try await MailSession.deliver($0, to: milter, from: attacker)
          }
          // This is an eighth of 256.
          try await eventually("the queries are in progress", within: .seconds(4)) { names.questions >= 32 }
          for number in 0..<5 {
            let result = try await Self.verify(try Mail.signed("good", "victim\(number).example.net"), milter)
            #expect(result.outcome.words == ["pass"], "\(result.outcome.results)")
            #expect(result.time < .seconds(2))
          }
          _ = try await attack
        }
      }
    }

    @Test
    func `a missing name server`() async throws {
      let server = try await ScriptedServer.start { _ in [] }
      await server.stop()
      var setup = MilterSetup("DNSTimeout \(Self.timeout)", "On-DNSError accept")
      setup.nameServer = server.server
      try await Milter.run(setup) { milter in
        let result = try await Self.verify(try Mail.signed("s", "example.com"), milter)
        #expect(result.outcome.words == ["temperror"] && result.time < Self.limit)
      }
    }

    @Test
    func `an MTA that aborts a message while DNS is silent can continue immediately; the query ends after its timeout`()
      async throws
    {
      try await NameService.run { names in
        try await Milter.run(Self.setup(names, "DNSTimeout 4")) { milter in
          let before = try await milter.settledDescriptors()
          let session = try await MailSession.open(milter, MailSession.outside, timeout: .seconds(1))
          await #expect(throws: PeerError.self) {
            try await session.deliver(try Mail.signed("silence", "example.com"))
          }
          try await session.peer.abort()
          let good = try await session.deliver(try Mail.signed("good", "example.com"))
          #expect(good.words == ["pass"])
          try await session.quit()
          try await eventually("its socket is closed", within: .seconds(5)) { milter.descriptors <= before }
        }
      }
    }
  }
}
