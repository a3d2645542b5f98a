import MilterPeer
import MilterTestSupport
import Synchronization
import Testing

/// Normal mail that went on beside something else: messages of ours, one after the other, every second one on a
/// connection of its own.
struct Traffic: Sendable {
  /// From the beginning of a message to its verdict, its own connection included.
  private(set) var latencies: [Duration] = []
  /// Messages that went on their way without a signature.
  private(set) var unsigned = 0
  private(set) var deferred = 0
  private(set) var failures: [String] = []

  /// The time that so many of a hundred messages stayed below.
  func percentile(_ share: Double) -> Duration {
    let sorted = latencies.sorted()
    guard !sorted.isEmpty else { return .zero }
    return sorted[min(sorted.count - 1, Int(Double(sorted.count) * share / 100))]
  }

  /// Nothing was amiss: all messages were signed, 99 of 100 within a second (more in a debug build).
  func expectNormal(_ what: String = "", sourceLocation: SourceLocation = #_sourceLocation) {
    let comment = Comment(rawValue: "\(what) \(latencies.count) messages")
    #expect(failures.isEmpty, comment, sourceLocation: sourceLocation)
    #expect(unsigned == 0, comment, sourceLocation: sourceLocation)
    #expect(deferred == 0, comment, sourceLocation: sourceLocation)
    #expect(!latencies.isEmpty, comment, sourceLocation: sourceLocation)
    #expect(percentile(99) < MilterRun.patience, comment, sourceLocation: sourceLocation)
  }

  /// For the record.
  func report(_ what: String) {
    let milliseconds = [50.0, 99, 100].map { Int(percentile($0).seconds * 1000) }
    print("normal mail \(what): median \(milliseconds[0]), p99 \(milliseconds[1]), longest \(milliseconds[2]) ms")
  }

  /// Runs `body`, and mail beside it: at least `minimum` messages, with a pause between two.
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

/// Something that happens once.
final class Flag: Sendable {
  private let value = Atomic(false)
  var isRaised: Bool { value.load(ordering: .acquiring) }
  func raise() { value.store(true, ordering: .releasing) }
}
