import DKIMCore

/// One question's way over the servers: which is asked next, and what is answered where none has an answer.
/// A server that has spoken is not asked again; one that was silent is, once in every round.
struct ServerWalk: Sendable {
  enum Step: Sendable, Hashable {
    /// Ask this server now.
    case ask(server: Int)
    /// Nothing to do before the try's time is over.
    case wait
    /// No server is left.
    case end(KeyLookupFailure)
  }

  /// Places in the configuration's servers.
  let order: [Int]
  private let rounds: Int
  private var round = 0
  private var place = 0
  private var hasSpoken: [Bool]
  private var failure: KeyLookupFailure?

  /// `order` is not empty.
  init(order: [Int], rounds: Int) {
    self.order = order
    self.rounds = max(1, rounds)
    hasSpoken = Array(repeating: false, count: order.count)
  }

  /// The server that is asked now.
  var server: Int { order[place] }

  /// What to answer where the time of the whole question is over.
  func failure(afterSeconds seconds: Int) -> KeyLookupFailure { failure ?? .timeout(seconds: seconds) }

  /// True where nobody else is left to ask: the try has all the time there is.
  var isLastTry: Bool { next == nil }

  /// The try's time is over, or the server could not be heard until now.
  mutating func silent() -> Step { advance(or: failure ?? .timeout(seconds: 0)) }

  /// The server has answered without an answer.
  mutating func spoke(_ failure: KeyLookupFailure) -> Step {
    self.failure = failure
    hasSpoken[place] = true
    return advance(or: failure)
  }

  /// Nobody is there. The next server is asked at once, but the round's last one waits: the server may be restarting.
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
