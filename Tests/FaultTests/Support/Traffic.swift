import MilterPeer
import MilterTestSupport
import Synchronization
import Testing

/// The results of normal mail during a test: internal messages, one after another, every second one on a separate
/// connection.
struct Traffic: Sendable {
  /// The time from the beginning of a message to its verdict, including opening a separate connection.
  private(set) var latencies: [Duration] = []
  /// The number of messages that were not signed.
  private(set) var unsigned = 0
  private(set) var deferred = 0
  private(set) var failures: [String] = []

  /// The given percentile of the latencies.
  func percentile(_ share: Double) -> Duration {
    let sorted = latencies.sorted()
    guard !sorted.isEmpty else { return .zero }
    return sorted[min(sorted.count - 1, Int(Double(sorted.count) * share / 100))]
  }

  /// Checks that all messages were signed, 99 of 100 within a second (more in a debug build).
  func expectNormal(_ what: String = "", sourceLocation: SourceLocation = #_sourceLocation) {
    let comment = Comment(rawValue: "\(what) \(latencies.count) messages")
    #expect(failures.isEmpty, comment, sourceLocation: sourceLocation)
    #expect(unsigned == 0, comment, sourceLocation: sourceLocation)
    #expect(deferred == 0, comment, sourceLocation: sourceLocation)
    #expect(!latencies.isEmpty, comment, sourceLocation: sourceLocation)
    #expect(percentile(99) < MilterRun.timeout, comment, sourceLocation: sourceLocation)
  }

  /// A summary for the output of the test.
  func report(_ what: String) {
    let milliseconds = [50.0, 99, 100].map { Int(percentile($0).seconds * 1000) }
    print("normal mail \(what): median \(milliseconds[0]), p99 \(milliseconds[1]), longest \(milliseconds[2]) ms")
  }

  /// Runs `body` and sends mail at the same time: at least `minimum` messages, with a pause between them.
  nonisolated(nonsending) static func beside<Result>(
    _ milter: Milter, pause: Duration = .milliseconds(20), minimum: Int = 20,
    _ body: nonisolated(nonsending) () async throws -> Result
  ) async throws -> (result: Result, traffic: Traffic) {
    let flag = Flag()
    async let traffic = flow(milter, pause, minimum, flag)
    do {
      let result = try await body()
      flag.raise()
      return (result, await traffic)
    } catch {
      flag.raise()
      _ = await traffic
      throw error
    }
  }

  private static func flow(_ milter: Milter, _ pause: Duration, _ minimum: Int, _ isOver: Flag) async -> Traffic {
    var traffic = Traffic()
    var session: MailSession?
    var number = 0
    while !isOver.isRaised || number < minimum {
      number += 1
      let message = Mail.outgoing(number)
      let start = ContinuousClock.now
      do {
        let outcome: PeerOutcome
        if number % 2 == 0 {
          outcome = try await MailSession.deliver(message, to: milter)
        } else {
          if session == nil { session = try await MailSession.open(milter) }
          guard let session else { break }
          outcome = try await session.deliver(message)
        }
        traffic.latencies.append(ContinuousClock.now - start)
        traffic.count(outcome)
      } catch {
        session = nil
        if traffic.failures.count < 10 { traffic.failures.append("\(error)") }
        guard milter.process.isRunning else { break }
      }
      try? await Task.sleep(for: pause)
    }
    try? await session?.quit()
    return traffic
  }

  private mutating func count(_ outcome: PeerOutcome) {
    if outcome.isDeferred { deferred += 1 } else if !outcome.isSigned { unsigned += 1 }
  }
}

/// A flag that is set once.
final class Flag: Sendable {
  private let value = Atomic(false)
  var isRaised: Bool { value.load(ordering: .acquiring) }
  func raise() { value.store(true, ordering: .releasing) }
}
