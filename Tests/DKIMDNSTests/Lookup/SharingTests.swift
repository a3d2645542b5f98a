import Testing

@testable import DKIMCore
@testable import DKIMDNS
import TestSupport

extension DNSTests {
  @Suite("Many callers")
  struct SharingTests {
    static let real = KeyAnswer.records([bytes("real")], secure: false)

    /// Waits until `condition` is true; returns false after ten seconds.
    static func eventually(_ condition: () -> Bool) async -> Bool {
      for _ in 0..<2000 {
        if condition() { return true }
        try? await Task.sleep(for: .milliseconds(5))
      }
      return false
    }

    @Test
    func `concurrent lookups of the same name share one query`() async throws {
      try await ScriptedServer.run({ [.pause(milliseconds: 150), .send($0.text("real", ttl: 0))] }) { server in
        try await withKeySource(DNSConfiguration(servers: [server.server])) { source in
          await withTaskGroup { group in
            for _ in 0..<50 { group.addTask { await source.answer(name: "s.example.com") } }
            for await answer in group { #expect(answer == Self.real) }
          }
          let statistics = source.statistics
          #expect(server.requests.count == 1)
          #expect(statistics.joined == 49 && statistics.records == 50 && statistics.questions == 50)
          // An answer with a TTL of 0 is not cached for later lookups.
          #expect(await source.answer(name: "s.example.com") == Self.real)
          #expect(server.requests.count == 2)
        }
      }
    }

    @Test
    func `a canceled task ends immediately, without affecting others`() async throws {
      try await ScriptedServer.run({ $0.number == 1 ? [] : [.send($0.text("real"))] }) { server in
        var configuration = DNSConfiguration(servers: [server.server])
        configuration.timeout = .seconds(20)
        configuration.attemptTimeout = .milliseconds(500)
        try await withKeySource(configuration) { source in
          let leaving = Task { await source.answer(name: "s.example.com") }
          let staying = Task { await source.answer(name: "s.example.com") }
          #expect(await Self.eventually { source.statistics.joined == 1 })
          leaving.cancel()
          #expect(await leaving.value == Subscriber.cancelled)
          #expect(source.statistics.records == 0, "the other one still waits")
          #expect(await staying.value == Self.real)
          #expect(source.statistics.cancelled == 1 && source.statistics.records == 1)
        }
      }
    }

    @Test
    func `a lookup for which no one waits any longer ends and closes its socket`() async throws {
      try await ScriptedServer.run({ _ in [] }) { server in
        var configuration = DNSConfiguration(servers: [server.server])
        configuration.timeout = .seconds(60)
        try await withKeySource(configuration) { source in
          let tasks = (0..<100).map { number in Task { await source.answer(name: "s.d\(number % 50).example") } }
          #expect(await Self.eventually { source.statistics.queries == 50 && source.statistics.joined == 50 })
          for task in tasks { task.cancel() }
          for task in tasks { #expect(await task.value == Subscriber.cancelled) }
          #expect(
            await Self.eventually {
              source.statistics.questionsUnderWay == 0 && source.statistics.openSockets == 0
            })
          #expect(source.statistics.cancelled == 100)
        }
      }
    }

    @Test
    func `a task that is canceled before its lookup`() async throws {
      try await ScriptedServer.run({ _ in [] }) { server in
        try await withKeySource(DNSConfiguration(servers: [server.server])) { source in
          let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return await source.answer(name: "s.example.com")
          }
          task.cancel()
          #expect(await task.value == Subscriber.cancelled)
          #expect(await Self.eventually { source.statistics.questionsUnderWay == 0 })
        }
      }
    }

    @Test
    func `the queue is limited: one more lookup than may wait is refused immediately`() async throws {
      try await ScriptedServer.run({ _ in [] }) { server in
        var configuration = DNSConfiguration(servers: [server.server])
        configuration.timeout = .seconds(60)
        configuration.maximumConcurrentQueries = 20
        try await withKeySource(configuration) { source in
          let tasks = (0..<40).map { number in Task { await source.answer(name: "s.d\(number).example") } }
          #expect(
            await Self.eventually {
              source.statistics.questionsUnderWay == 20 && source.statistics.questionsWaiting == 20
            })
          let refusal = await source.answer(name: "s.one-more.example")
          #expect(refusal == .failure(.unavailable("too many lookups are waiting")))
          #expect(source.statistics.openSockets <= 20)
          // Shutting down answers all callers.
          await source.shutdown()
          for task in tasks {
            #expect(await task.value == .failure(.unavailable("the key source is shut down")))
          }
          #expect(source.statistics.openSockets == 0 && source.statistics.questionsUnderWay == 0)
          #expect(
            await source.answer(name: "later.example.com") == .failure(.unavailable("the key source is shut down")))
        }
      }
    }

    @Test
    func `a thousand different concurrent lookups, each with its own answer`() async throws {
      try await ScriptedServer.run({ [.send($0.text($0.name))] }) { server in
        var configuration = DNSConfiguration(servers: [server.server])
        configuration.timeout = .seconds(30)
        configuration.attempts = 5
        configuration.maximumConcurrentQueries = 300
        try await withKeySource(configuration) { source in
          await withTaskGroup(of: Void.self) { group in
            for number in 0..<1000 {
              if number >= 250 { _ = await group.next() }
              group.addTask {
                let name = "s\(number)._domainkey.example.com"
                #expect(await source.answer(name: name) == .records([bytes(name)], secure: false))
              }
            }
          }
          #expect(source.statistics.records == 1000)
        }
      }
    }

    @Test
    func `missing servers and names that are not valid in DNS are reported without a query`() async throws {
      try await withKeySource(DNSConfiguration(servers: [])) { source in
        #expect(await source.answer(name: "a.example") == .failure(.unavailable("no name server is configured")))
      }
      try await ScriptedServer.run({ [.send($0.text("x"))] }) { server in
        try await withKeySource(DNSConfiguration(servers: [server.server])) { source in
          let label = String(repeating: "a", count: 63)
          let names = ["", "a..b", ".a", "a.", label + "a.b", Array(repeating: label, count: 4).joined(separator: ".")]
          for name in names {
            guard case .failure(.unavailable) = await source.answer(name: name) else {
              Issue.record("\(name) was asked for")
              continue
            }
          }
          #expect(server.requests.isEmpty)
          let longest = Array(repeating: label, count: 3).joined(separator: ".") + "." + String(label.dropLast(2))
          #expect(longest.utf8.count == 253)
          #expect(await source.answer(name: longest) == .records([bytes("x")], secure: false))
        }
      }
    }
  }
}
