import NIOPosix
import Testing
import TestSupport

@testable import DKIMCore
@testable import DKIMDNS

extension DNSTests {
  @Suite("Everything at once")
  struct StormTests {
    /// Servers that respond, fail, stall, close or do not respond, timeouts shorter than the time to open a socket,
    /// canceled tasks, too few places: all callers get an answer, and nothing leaks.
    @Test(arguments: [11, 12] as [UInt64])
    func `all calls end, all sockets are closed, and the counts add up`(_ seed: UInt64) async throws {
      let script: Script = { request in
        switch request.bytes[request.bytes.count / 3] % 6 {
        case 0: [.send(request.text("x"))]
        case 1: [.send(request.reply(code: 2))]
        case 2: []
        case 3: request.isTCP ? [.close] : [.send(request.reply(flags: 0x8380))]
        case 4:
          request.isTCP ? [.raw([0]), .pause(milliseconds: 3), .raw([9, 9])] : [.send(request.reply(flags: 0x8380))]
        default: [.send(request.reply([.cname(request.name, "x" + request.name.suffix(12))]))]
        }
      }
      try await ScriptedServer.run(script) { first in
        try await ScriptedServer.run(script) { second in
          for microseconds in [50, 2000, 30_000] {
            var configuration = DNSConfiguration(servers: [first.server, second.server])
            configuration.timeout = .microseconds(microseconds)
            configuration.attemptTimeout = .microseconds(microseconds / 4)
            configuration.maximumConcurrentQueries = 60
            try await blow(configuration, seed: seed)
          }
        }
      }
    }

    private func blow(_ configuration: DNSConfiguration, seed: UInt64) async throws {
      var random = SeededGenerator(seed: seed)
      let count = 600
      try await withKeySource(configuration) { source in
        var tasks: [Task<KeyAnswer, Never>] = []
        for number in 0..<count {
          let name = "s\(Int.random(in: 0..<300, using: &random)).example.com"
          tasks.append(Task { await source.answer(name: name) })
          if Int.random(in: 0..<4, using: &random) == 0 { tasks.randomElement(using: &random)?.cancel() }
          if number % 100 == 99 { await Task.yield() }
        }
        for task in tasks { _ = await task.value }
        await source.shutdown()
        let statistics = source.statistics
        #expect(statistics.questions == count)
        #expect(statistics.answered == count, "\(statistics)")
        #expect(statistics.questionsUnderWay == 0 && statistics.openSockets == 0)
      }
    }
  }
}

extension DNSStatistics {
  /// The calls that have ended.
  var answered: Int {
    let answers = records + noSuchNames + noData
    let failures = timeouts + serverFailures + refusals + otherResponseCodes + malformed + aliasLoops + bogus
    return answers + failures + unavailable + cancelled
  }
}
