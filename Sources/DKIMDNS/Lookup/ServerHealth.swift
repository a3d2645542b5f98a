import NIOCore

/// A record of the servers that have stopped responding. They are queried last for a while, but never left out.
/// Confined to the event loop of its lookups.
final class ServerHealth {
  /// The number of consecutive timeouts after which a server is moved to the end.
  static let silenceLimit = 3
  static let pause = TimeAmount.seconds(30)

  private var silences: [Int]
  private var pausedUntil: [NIODeadline]

  init(count: Int) {
    silences = Array(repeating: 0, count: count)
    pausedUntil = Array(repeating: .uptimeNanoseconds(0), count: count)
  }

  func didRespond(_ server: Int) {
    silences[server] = 0
    pausedUntil[server] = .uptimeNanoseconds(0)
  }

  func didTimeOut(_ server: Int, at now: NIODeadline) {
    silences[server] = min(silences[server] + 1, Self.silenceLimit)
    if silences[server] == Self.silenceLimit { pausedUntil[server] = now + Self.pause }
  }

  /// Returns the servers of `order`, with paused servers after the others.
  func sorted(_ order: [Int], at now: NIODeadline) -> [Int] {
    order.filter { pausedUntil[$0] <= now } + order.filter { pausedUntil[$0] > now }
  }
}
