import DKIMCore

/// The order in which one lookup queries the servers, and its failure if none of them has an answer.
/// A server that responded is not queried again; one that did not respond is queried once in every round.
struct ServerRotation: Sendable {
  enum Step: Sendable, Hashable {
    /// Query this server now.
    case ask(server: Int)
    /// Do nothing until the current attempt times out.
    case wait
    /// No server is left.
    case end(KeyLookupFailure)
  }

  /// Indexes into the configuration's servers.
  let order: [Int]
  private let rounds: Int
  private var round = 0
  private var place = 0
  private var hasSpoken: [Bool]
  private var failure: KeyLookupFailure?

  /// Creates a walk; `order` must not be empty.
  init(order: [Int], rounds: Int) {
    self.order = order
    self.rounds = max(1, rounds)
    hasSpoken = Array(repeating: false, count: order.count)
  }

  /// The server that is being queried.
  var server: Int { order[place] }

  /// Returns the failure to report when the whole lookup times out.
  func failure(afterSeconds seconds: Int) -> KeyLookupFailure { failure ?? .timeout(seconds: seconds) }

  /// Whether no other query is left, so that this attempt may use all the remaining time.
  var isLastTry: Bool { next == nil }

  /// Moves on after the current attempt timed out.
  mutating func didTimeOut() -> Step { advance(or: failure ?? .timeout(seconds: 0)) }

  /// Moves on after the server responded with a failure.
  mutating func didRespond(_ failure: KeyLookupFailure) -> Step {
    self.failure = failure
    hasSpoken[place] = true
    return advance(or: failure)
  }

  /// Moves on after the server was unreachable. The next server is queried immediately, except that a new round starts
  /// only after a wait, because servers may be restarting.
  mutating func unreachable(_ reason: String) -> Step {
    guard let next else { return .end(failure ?? .unavailable(reason)) }
    guard next.round == round else { return .wait }
    return advance(or: .unavailable(reason))
  }

  private mutating func advance(or failure: KeyLookupFailure) -> Step {
    guard let next else { return .end(failure) }
    (round, place) = next
    return .ask(server: server)
  }

  private var next: (round: Int, place: Int)? {
    let later = order.indices.dropFirst(place + 1).first { !hasSpoken[$0] }
    if let later { return (round, later) }
    guard round + 1 < rounds, let first = order.indices.first(where: { !hasSpoken[$0] }) else { return nil }
    return (round + 1, first)
  }
}
