import TestSupport
import Testing

@testable import DKIMCore
@testable import DKIMDNS

extension DNSTests {
  /// Attacks that are possible for anyone who sends mail with signatures of a domain whose name servers do not respond.
  @Suite("Silent domains and greedy clients")
  struct FairnessTests {
    static let silence: Script = { $0.name.contains("silent") ? [] : [.send($0.text("real"))] }
    static let real = KeyAnswer.records([bytes("real")], secure: false)

    static func configuration(_ server: ScriptedServer, places: Int = 160) -> DNSConfiguration {
      var configuration = DNSConfiguration(servers: [server.server])
      configuration.timeout = .seconds(20)
      configuration.maximumConcurrentQueries = places
      return configuration
    }

    /// Checks that each lookup of `body` is answered within two seconds, while those of `attack` are not.
    static func expectAnswers(
      _ names: [String], from client: KeyClient?, beside attack: [(name: String, client: KeyClient?)],
      places: Int = 160
    ) async throws {
      try await ScriptedServer.run(silence) { server in
        try await withKeySource(configuration(server, places: places)) { source in
          let tasks = attack.map { question in
            Task { await source.answer(name: question.name, for: question.client) }
          }
          #expect(
            await SharingTests.eventually {
              source.statistics.questionsUnderWay + source.statistics.questionsWaiting == attack.count
            })
          for name in names {
            let start = ContinuousClock.now
            #expect(await source.answer(name: name, for: client) == real, "\(name)")
            #expect(ContinuousClock.now - start < .seconds(2), "\(name)")
          }
          await source.shutdown()
          for task in tasks { #expect(await task.value == Resolver.shutDownAnswer) }
          #expect(source.statistics.questionsUnderWay == 0 && source.statistics.questionsWaiting == 0)
          #expect(source.statistics.openSockets == 0)
        }
      }
    }

    static let victims = ["a.example.net", "b.example.net", "c.example.org", "d.example.co.uk"]
      .map { "s._domainkey.\($0)" }

    @Test
    func `lookups of many clients for one silent domain do not delay other domains`() async throws {
      let attack = (0..<150).map { ("s\($0)._domainkey.n\($0).silent.example", PlacesTests.client($0) as KeyClient?) }
      try await Self.expectAnswers(Self.victims, from: PlacesTests.client(1000), beside: attack)
      try await Self.expectAnswers(Self.victims, from: nil, beside: attack.map { ($0.0, nil) })
    }

    @Test
    func `lookups of one client for many silent domains do not delay other clients`() async throws {
      let attack = (0..<150).map { ("s._domainkey.silent\($0).example", PlacesTests.client(1) as KeyClient?) }
      try await Self.expectAnswers(Self.victims, from: PlacesTests.client(2), beside: attack)
      try await Self.expectAnswers(Self.victims, from: nil, beside: attack)
    }

    @Test
    func `with the usual limits: 180 connections with three signatures each`() async throws {
      let attack = (0..<540).map { ("s\($0)._domainkey.silent.example", PlacesTests.client($0 % 4) as KeyClient?) }
      try await Self.expectAnswers(
        Self.victims, from: PlacesTests.client(9), beside: attack,
        places: DNSConfiguration(servers: []).maximumConcurrentQueries)
    }

    @Test
    func `a lookup without a place waits for one, and is answered`() async throws {
      try await ScriptedServer.run({ [.pause(milliseconds: 20), .send($0.text("real"))] }) { server in
        try await withKeySource(Self.configuration(server, places: 8)) { source in
          await withTaskGroup(of: KeyAnswer.self) { group in
            for number in 0..<16 { group.addTask { await source.answer(name: "s\(number).example.com") } }
            for await answer in group { #expect(answer == Self.real) }
          }
          #expect(source.statistics.records == 16)
        }
      }
    }

    /// The ninth lookup may take as long as the eight before it. If it starts a moment after the first one, it still
    /// gets that one's place; then the test is repeated.
    @Test
    func `a lookup that times out without a place reports this, and sends no query`() async throws {
      let (late, refused) = (KeyAnswer.failure(.timeout(seconds: 1)), KeyAnswer.failure(Resolver.notAsked(within: 1)))
      for _ in 0..<10 {
        let (answers, asked) = try await Self.nineQuestions()
        #expect(answers == [late: 8, refused: 1] || answers == [late: 9])
        #expect(asked == answers[late], "a query was sent without a place")
        if answers[refused] != nil { return }
      }
      Issue.record("the ninth question got a place each time")
    }

    /// Makes nine lookups with eight places and a silent server; returns the answers and the number of queried names.
    private static func nineQuestions() async throws -> (answers: [KeyAnswer: Int], asked: Int) {
      try await ScriptedServer.run(silence) { server in
        var configuration = configuration(server, places: 8)
        configuration.timeout = .seconds(1)
        return try await withKeySource(configuration) { source in
          let tasks = (0..<9).map { number in Task { await source.answer(name: "s\(number).silent.example") } }
          var answers: [KeyAnswer: Int] = [:]
          for task in tasks { answers[await task.value, default: 0] += 1 }
          #expect(source.statistics.questionsUnderWay == 0 && source.statistics.questionsWaiting == 0)
          return (answers, Set(server.requests.map(\.name)).count)
        }
      }
    }

    @Test
    func `a task that is canceled while its lookup waits for a place`() async throws {
      try await ScriptedServer.run(Self.silence) { server in
        try await withKeySource(Self.configuration(server, places: 8)) { source in
          let tasks = (0..<10).map { number in Task { await source.answer(name: "s\(number).silent.example") } }
          #expect(await SharingTests.eventually { source.statistics.questionsWaiting == 2 })
          for task in tasks { task.cancel() }
          for task in tasks { #expect(await task.value == Subscriber.cancelled) }
          #expect(
            await SharingTests.eventually {
              source.statistics.questionsUnderWay == 0 && source.statistics.questionsWaiting == 0
            })
        }
      }
    }
  }
}
