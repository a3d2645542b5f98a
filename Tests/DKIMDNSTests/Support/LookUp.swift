import NIOCore
import NIOPosix

@testable import DKIMCore
@testable import DKIMDNS
import TestSupport

/// Runs `body` with a key source, then shuts it down.
func withKeySource<Result>(
  _ configuration: DNSConfiguration, group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
  clock: any Clock<Duration> = ContinuousClock(),
  _ body: (DNSKeySource) async throws -> Result
) async throws -> Result {
  let source = DNSKeySource(configuration: configuration, group: group, clock: clock)
  do {
    let result = try await body(source)
    await source.shutdown()
    return result
  } catch {
    await source.shutdown()
    throw error
  }
}

/// Makes one lookup with scripted servers; returns the answer and the counts.
func lookUp(
  _ servers: [ScriptedServer], name: String = "sel._domainkey.example.com", timeout: Duration = .seconds(5),
  attemptTimeout: Duration = .milliseconds(1500), attempts: Int = 2,
  alwaysUsesTCP: Bool = false
) async throws -> (answer: KeyAnswer, statistics: DNSStatistics) {
  var configuration = DNSConfiguration(servers: servers.map(\.server))
  configuration.timeout = timeout
  configuration.attemptTimeout = attemptTimeout
  configuration.attempts = attempts
  configuration.alwaysUsesTCP = alwaysUsesTCP
  return try await withKeySource(configuration) { source in
    (await source.answer(name: name), source.statistics)
  }
}

/// The bytes of a text.
func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
