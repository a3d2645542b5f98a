import Testing
import TestSupport

@testable import DKIMCore
@testable import DKIMDNS

extension DNSTests {
  @Suite("The cache")
  struct CacheTests {
    static func limits(_ change: (inout DNSConfiguration.CacheLimits) -> Void = { _ in })
      -> DNSConfiguration.CacheLimits
    {
      var limits = DNSConfiguration.CacheLimits()
      change(&limits)
      return limits
    }

    static func records(_ text: String) -> KeyAnswer { .records([bytes(text)], secure: false) }

    @Test
    func `an answer is cached for exactly its TTL`() {
      var cache = ResponseCache(limits: Self.limits())
      cache.keep(Self.records("a"), for: "a", seconds: 10, at: .seconds(100))
      #expect(cache.answer(for: "a", at: .seconds(100)) == Self.records("a"))
      #expect(cache.answer(for: "a", at: .milliseconds(109_999)) == Self.records("a"))
      #expect(cache.answer(for: "a", at: .seconds(110)) == nil)
      #expect(cache.count == 0 && cache.bytes == 0)
    }

    @Test
    func `lifetimes are limited, negative ones separately; answers with lifetime 0 and failures are not cached`() {
      var cache = ResponseCache(
        limits: Self.limits {
          $0.lifetime = .seconds(50)
          $0.negativeLifetime = .seconds(20)
        })
      for (answer, seconds) in [
        (Self.records("a"), 50), (.noData(secure: false), 20), (.noSuchName(secure: true), 20),
      ] as [(KeyAnswer, Int64)] {
        cache.keep(answer, for: "a", seconds: .max, at: .zero)
        #expect(cache.answer(for: "a", at: .seconds(seconds) - .nanoseconds(1)) == answer)
        #expect(cache.answer(for: "a", at: .seconds(seconds)) == nil)
      }
      cache.keep(Self.records("a"), for: "a", seconds: 0, at: .zero)
      cache.keep(.failure(.serverFailure), for: "b", seconds: 100, at: .zero)
      #expect(cache.count == 0)
    }

    @Test
    func `a newer answer replaces an older one, even if it is not cached itself`() {
      var cache = ResponseCache(limits: Self.limits())
      cache.keep(Self.records("a"), for: "a", seconds: 10, at: .zero)
      cache.keep(Self.records("bb"), for: "a", seconds: 10, at: .zero)
      #expect(cache.answer(for: "a", at: .zero) == Self.records("bb") && cache.count == 1)
      cache.keep(Self.records("c"), for: "a", seconds: 0, at: .zero)
      #expect(cache.answer(for: "a", at: .zero) == nil && cache.bytes == 0)
    }

    @Test
    func `the least recently used answer is removed first`() {
      var cache = ResponseCache(limits: Self.limits { $0.entries = 3 })
      for name in ["a", "b", "c"] { cache.keep(Self.records(name), for: name, seconds: 10, at: .zero) }
      #expect(cache.answer(for: "a", at: .zero) != nil)
      cache.keep(Self.records("d"), for: "d", seconds: 10, at: .zero)
      #expect(cache.answer(for: "b", at: .zero) == nil)
      for name in ["a", "c", "d"] { #expect(cache.answer(for: name, at: .zero) == Self.records(name)) }
    }

    @Test
    func `the size is limited; an answer larger than the limit is not cached`() {
      var cache = ResponseCache(limits: Self.limits { $0.bytes = 10_000 })
      let large = KeyAnswer.records([Array(repeating: 1, count: 3000)], secure: false)
      for name in ["a", "b", "c", "d"] { cache.keep(large, for: name, seconds: 10, at: .zero) }
      #expect(cache.count == 3 && cache.bytes <= 10_000)
      #expect(cache.answer(for: "a", at: .zero) == nil)
      let huge = KeyAnswer.records([Array(repeating: 1, count: 10_000)], secure: false)
      cache.keep(huge, for: "e", seconds: 10, at: .zero)
      #expect(cache.count == 3 && cache.answer(for: "e", at: .zero) == nil)
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `agrees with a plain list over many random steps`(_ seed: UInt64) {
      var random = SeededGenerator(seed: seed)
      var cache = ResponseCache(limits: Self.limits { $0.entries = 8 })
      var model: [(name: String, answer: KeyAnswer, expires: Int64)] = []  // least recently used first
      for step in 0..<5000 {
        let now = Int64(step / 3)
        let name = "n\(Int.random(in: 0..<16, using: &random))"
        let place = model.firstIndex { $0.name == name }
        if Bool.random(using: &random) {
          let seconds = UInt32.random(in: 0...20, using: &random)
          if let place { model.remove(at: place) }
          if seconds > 0 {
            if model.count == 8 { model.removeFirst() }
            model.append((name, Self.records("\(step)"), now + Int64(seconds)))
          }
          cache.keep(Self.records("\(step)"), for: name, seconds: seconds, at: .seconds(now))
        } else {
          var expected: KeyAnswer?
          if let place {
            let entry = model.remove(at: place)
            if entry.expires > now {
              expected = entry.answer
              model.append(entry)
            }
          }
          #expect(cache.answer(for: name, at: .seconds(now)) == expected, "seed \(seed), step \(step)")
        }
        #expect(cache.count == model.count, "seed \(seed), step \(step)")
      }
    }

    /// Measures how long an answer is cached: the number of seconds after which its name is queried again.
    static func kept(_ script: @escaping Script, _ change: (inout DNSConfiguration.CacheLimits) -> Void = { _ in })
      async throws -> Int?
    {
      try await ScriptedServer.run(script) { server in
        var configuration = DNSConfiguration(servers: [server.server])
        change(&configuration.cache)
        let clock = ManualClock()
        return try await withKeySource(configuration, clock: clock) { source in
          let first = await source.answer(name: "s.example.com")
          let asked = server.requests.count
          for second in 0..<200 {
            let again = await source.answer(name: "s.example.com")
            if server.requests.count > asked { return second }
            #expect(again == first)
            clock.advance(by: .seconds(1))
          }
          return nil
        }
      }
    }

    @Test
    func `the TTL determines the lifetime, the smallest one in a chain, within the limits`() async throws {
      #expect(try await Self.kept { [.send($0.text("x", ttl: 7))] } == 7)
      #expect(try await Self.kept { [.send($0.text("x", ttl: 0))] } == 0)
      #expect(try await Self.kept { [.send($0.text("x", ttl: 0x8000_0001))] } == 0)
      #expect(try await Self.kept({ [.send($0.text("x", ttl: 0x7FFF_FFFF))] }) { $0.lifetime = .seconds(15) } == 15)
      #expect(try await Self.kept { [.send($0.text("x", ttl: 1000))] } == nil)
      #expect(
        try await Self.kept { request in
          [.send(request.reply([.txt("t.example", ["a"], ttl: 9), .cname(request.name, "t.example", ttl: 4)]))]
        } == 4)
      #expect(
        try await Self.kept { request in
          let records: [Message.Record] = [
            .cname("s.example.com", "t.example", ttl: 5), .txt("t.example", ["a"], ttl: 9),
          ]
          return [.send(request.reply(records.filter { $0.name == request.name }))]
        } == 5)
      #expect(try await Self.kept({ [.send($0.text("x"))] }) { $0.entries = 0 } == 0)
    }

    @Test
    func `negative answers are cached as their SOA record specifies, and not at all without one`() async throws {
      for code in [0, 3] as [UInt16] {
        #expect(
          try await Self.kept {
            [.send($0.reply(code: code, authorities: [.soa("example.com", ttl: 60, minimum: 6)]))]
          } == 6)
        #expect(
          try await Self.kept {
            [.send($0.reply(code: code, authorities: [.soa("example.com", ttl: 5, minimum: 60)]))]
          } == 5)
        #expect(try await Self.kept { [.send($0.reply(code: code))] } == 0)
        // The record is of another zone, so it does not apply to this name.
        #expect(
          try await Self.kept {
            [.send($0.reply(code: code, authorities: [.soa("example.net", ttl: 5, minimum: 60)]))]
          } == 0)
        #expect(
          try await Self.kept({
            [.send($0.reply(code: code, authorities: [.soa("com", ttl: 9999, minimum: 9999)]))]
          }) { $0.negativeLifetime = .seconds(8) } == 8)
      }
      #expect(try await Self.kept { [.send($0.reply(code: 2))] } == 0)
    }
  }
}
