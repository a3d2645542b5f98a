#if Unbound
  import DKIMCore
  import TestSupport
  import Testing

  @testable import DKIMDNS

  extension DNSTests {
    @Suite(
      "libunbound",
      .enabled(if: NameServerProcess.isInstalled(NameServerProcess.nsd), "nsd is not installed"))
    struct UnboundTests {
      /// An unbound.conf with `authority` as the server of the test zones.
      static func settings(_ authority: NameServer, more: String = "", silent: NameServer? = nil) -> String {
        var zones = [("plain.test", authority), ("signed.test", authority)]
        if let silent { zones.append(("silent.test", silent)) }
        let stubs = zones.map { "stub-zone:\n  name: \($0)\n  stub-addr: \($1.address)@\($1.port)\n" }
        return """
          server:
            do-ip6: no
            do-not-query-localhost: no
            local-zone: "test." nodefault
          \(more)
          \(stubs.joined())
          """
      }

      static func withSource<Result>(
        _ settings: String, anchor: String? = ServerProcess.zoneFolder + "/signed.test.ds",
        timeout: Duration = .seconds(5), places: Int = 4096, alwaysUsesTCP: Bool = false,
        _ body: (UnboundKeySource) async throws -> Result
      ) async throws -> Result {
        let directory = try TestFiles.makeFolder("/tmp/dkim-unbound-")
        defer { TestFiles.removeFolder(directory) }
        var configuration = UnboundConfiguration()
        configuration.configurationFile = directory + "/unbound.conf"
        configuration.trustAnchorFile = anchor
        configuration.timeout = timeout
        configuration.maximumConcurrentQueries = places
        configuration.alwaysUsesTCP = alwaysUsesTCP
        try TestFiles.write(Array(settings.utf8), to: directory + "/unbound.conf")
        let source = try UnboundKeySource(configuration: configuration)
        let result = try await body(source)
        await source.shutdown()
        return result
      }

      @Test
      func `a signed, an unsigned and a bogus name`() async throws {
        let nsd = try await ServerProcess.startNSD()
        defer { nsd.stop() }
        let expected: [(String, KeyAnswer)] = [
          ("good._domainkey.signed.test", RealServerTests.records("v=DKIM1; k=rsa; p=AAAA", secure: true)),
          ("alias._domainkey.signed.test", RealServerTests.records("v=DKIM1; k=rsa; p=AAAA", secure: true)),
          ("none._domainkey.signed.test", .noSuchName(secure: true)),
          ("address._domainkey.signed.test", .noData(secure: true)),
          ("spoilt._domainkey.signed.test", .failure(.bogus)),
          ("sel._domainkey.plain.test", RealServerTests.records("v=DKIM1; k=rsa; p=AAAABBBB")),
          ("none._domainkey.plain.test", .noSuchName(secure: false)),
          ("leaving._domainkey.signed.test", RealServerTests.records("v=DKIM1; k=rsa; p=AAAABBBB")),
        ]
        try await Self.withSource(Self.settings(nsd.server)) { source in
          await withTaskGroup { group in
            for (name, answer) in expected {
              group.addTask { #expect(await source.answer(name: name) == answer, "\(name)") }
            }
          }
          let statistics = source.statistics
          #expect(statistics.questions == 8 && statistics.bogus == 1 && statistics.records == 4)
        }
        // Without a trust anchor, nothing is secure or bogus.
        try await Self.withSource(Self.settings(nsd.server), anchor: nil) { source in
          let answer = await source.answer(name: "good._domainkey.signed.test")
          #expect(answer == RealServerTests.records("v=DKIM1; k=rsa; p=AAAA"))
        }
      }

      @Test(arguments: [false, true])
      func `queries are sent over TCP only if that is configured`(_ alwaysUsesTCP: Bool) async throws {
        try await ScriptedServer.run({ [.send($0.text("real", flags: 0x8580))] }) { server in
          let settings = Self.settings(server.server, more: "  qname-minimisation: no\n")
          try await Self.withSource(settings, anchor: nil, alwaysUsesTCP: alwaysUsesTCP) { source in
            #expect(await source.answer(name: "s._domainkey.plain.test") == RealServerTests.records("real"))
          }
          #expect(!server.requests.isEmpty && server.requests.allSatisfy { $0.isTCP == alwaysUsesTCP })
        }
      }

      @Test(.enabled(if: NameServerProcess.isInstalled(NameServerProcess.unbound), "unbound is not installed"))
      func `with a configured resolver`() async throws {
        let nsd = try await ServerProcess.startNSD()
        defer { nsd.stop() }
        let resolver = try await ServerProcess.startUnbound(authority: nsd.server)
        defer { resolver.stop() }
        var configuration = UnboundConfiguration(servers: [resolver.server])
        let directory = try TestFiles.makeFolder("/tmp/dkim-unbound-")
        defer { TestFiles.removeFolder(directory) }
        // Options for this host and this zone: allow servers on loopback, no built-in zone "test.".
        configuration.configurationFile = directory + "/unbound.conf"
        configuration.trustAnchorFile = ServerProcess.zoneFolder + "/signed.test.ds"
        let settings = "server:\n  do-not-query-localhost: no\n  local-zone: \"test.\" nodefault\n"
        try TestFiles.write(Array(settings.utf8), to: directory + "/unbound.conf")
        let source = try UnboundKeySource(configuration: configuration)
        let good = await source.answer(name: "good._domainkey.signed.test")
        #expect(good == RealServerTests.records("v=DKIM1; k=rsa; p=AAAA", secure: true))
        await source.shutdown()
        #expect(await source.answer(name: "good._domainkey.signed.test") == Resolver.shutDownAnswer)
      }

      @Test
      func `without a response, a lookup ends in time; a canceled one ends immediately`() async throws {
        let silent = try await ScriptedServer.start { _ in [] }
        try await Self.withSource(Self.settings(silent.server), anchor: nil, timeout: .seconds(1)) { source in
          let clock = ContinuousClock()
          let start = clock.now
          #expect(await source.answer(name: "sel._domainkey.plain.test") == .failure(.timeout(seconds: 1)))
          #expect(clock.now - start < .seconds(3))
          let task = Task { await source.answer(name: "other._domainkey.plain.test") }
          try await Task.sleep(for: .milliseconds(50))
          task.cancel()
          #expect(await task.value == Subscriber.cancelled)
        }
        await silent.stop()
      }

      @Test(arguments: [1, 50])
      func `lookups of several clients for a silent domain do not delay other domains`(_ clients: Int) async throws {
        let nsd = try await ServerProcess.startNSD()
        defer { nsd.stop() }
        let silent = try await ScriptedServer.start { _ in [] }
        let settings = Self.settings(nsd.server, silent: silent.server)
        try await Self.withSource(settings, anchor: nil, timeout: .seconds(20)) { source in
          let attack = (0..<600).map { number in
            Task { await source.answer(name: "s\(number).silent.test", for: PlacesTests.client(number % clients)) }
          }
          try await eventually("lookups are running", within: .seconds(5)) {
            Set(silent.requests.map(\.name)).count >= 100
          }
          for (name, client) in [("sel", PlacesTests.client(1000)), ("none", nil)] {
            let start = ContinuousClock.now
            let answer = await source.answer(name: "\(name)._domainkey.plain.test", for: client)
            #expect(
              answer
                == (name == "none" ? .noSuchName(secure: false) : RealServerTests.records("v=DKIM1; k=rsa; p=AAAABBBB"))
            )
            #expect(ContinuousClock.now - start < .seconds(2))
          }
          await source.shutdown()
          for task in attack {
            guard case .failure = await task.value else {
              Issue.record("a silent server has answered")
              continue
            }
          }
        }
        await silent.stop()
      }

      @Test
      func `a lookup without a place ends in time, with the reason`() async throws {
        let silent = try await ScriptedServer.start { _ in [] }
        let settings = Self.settings(silent.server)
        try await Self.withSource(settings, anchor: nil, timeout: .seconds(1), places: 8) { source in
          let tasks = (0..<12).map { number in Task { await source.answer(name: "s\(number).plain.test") } }
          var answers: [KeyAnswer: Int] = [:]
          for task in tasks { answers[await task.value, default: 0] += 1 }
          #expect(answers == [.failure(.timeout(seconds: 1)): 8, .failure(Resolver.notAsked(within: 1)): 4])
          #expect(Set(silent.requests.map(\.name)).count <= 8)
        }
        await silent.stop()
      }

      @Test
      func `a file that libunbound cannot use is reported with its name and the reason`() async throws {
        let server = try NameServer("127.0.0.1@1")
        let junk = await #expect(throws: UnboundError.self) {
          try await Self.withSource(Self.settings(server, more: "  nonsense: yes\n")) { _ in }
        }
        // libunbound itself prints the line number to standard error.
        #expect(junk?.step.hasSuffix("unbound.conf") == true && junk?.reason == "syntax error")
        let missing = await #expect(throws: UnboundError.self) {
          try await Self.withSource(Self.settings(server), anchor: "/nonexistent/root.key") { _ in }
        }
        #expect(missing?.description.contains("/nonexistent/root.key") == true)
      }
    }
  }
#endif
