import DKIMCore
import InMemoryLogging
import Logging
import TestSupport
import Testing

@testable import DKIMDNS

extension DNSTests {
  @Suite("What a logger gets")
  struct LoggerTests {
    @Test
    func `a server that does not respond and the failed lookup are logged`() async throws {
      var detailed = InMemoryLogHandler()
      detailed.logLevel = .debug
      let handler = detailed
      try await ScriptedServer.run({ _ in [] }) { server in
        var configuration = DNSConfiguration(servers: [server.server])
        configuration.timeout = .milliseconds(400)
        configuration.attemptTimeout = .milliseconds(100)
        configuration.logger = Logger(label: "test", factory: { _ in handler })
        try await withKeySource(configuration) { source in
          guard case .failure = await source.answer(name: "s._domainkey.example.com") else {
            Issue.record("the lookup did not fail")
            return
          }
        }
        let entries = handler.entries
        #expect(entries.contains { $0.level == .debug && $0.metadata["server"] == "\(server.server)" })
        #expect(entries.last?.level == .info && entries.last?.metadata["name"] == "s._domainkey.example.com")
      }
    }

    @Test
    func `an answer is not logged`() async throws {
      let handler = InMemoryLogHandler()
      try await ScriptedServer.run({ [.send($0.text("real"))] }) { server in
        var configuration = DNSConfiguration(servers: [server.server])
        configuration.logger = Logger(label: "test", factory: { _ in handler })
        try await withKeySource(configuration) { source in
          _ = await source.answer(name: "s._domainkey.example.com")
        }
        #expect(handler.entries.isEmpty)
      }
    }
  }
}
