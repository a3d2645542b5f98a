import DKIMCore
import Synchronization

/// The current counts; usable from any thread.
final class Counters: Sendable {
  private let counts = Mutex(DNSStatistics())

  var snapshot: DNSStatistics { counts.withLock { $0 } }

  func add(_ path: any WritableKeyPath<DNSStatistics, Int> & Sendable, _ amount: Int = 1) {
    counts.withLock { $0[keyPath: path] &+= amount }
  }

  /// Counts the result of one call of `answer`.
  func ended(_ answer: KeyAnswer) { add(Self.path(answer)) }

  private static func path(_ answer: KeyAnswer) -> any WritableKeyPath<DNSStatistics, Int> & Sendable {
    switch answer {
    case .records: \.records
    case .noSuchName: \.noSuchNames
    case .noData: \.noData
    case .failure(.timeout): \.timeouts
    case .failure(.serverFailure): \.serverFailures
    case .failure(.refused): \.refusals
    case .failure(.responseCode): \.otherResponseCodes
    case .failure(.malformed): \.malformed
    case .failure(.aliasLoop): \.aliasLoops
    case .failure(.bogus): \.bogus
    case .failure(.unavailable): \.unavailable
    }
  }
}
