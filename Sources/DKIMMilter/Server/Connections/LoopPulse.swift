import NIOCore
import Synchronization

/// Whether event loops still turn: each is given a task, and asked next time whether it has come to it.
final class LoopPulse: Sendable {
  private let loops: [any EventLoop]
  private let waiting = Mutex(0)

  init(_ loops: [any EventLoop]) { self.loops = loops }

  /// True where all of them have dealt with the last beat.
  func beat() -> Bool {
    let isAlive = waiting.withLock { waiting in
      guard waiting == 0 else { return false }
      waiting = loops.count
      return true
    }
    guard isAlive else { return false }
    for loop in loops { loop.execute { self.waiting.withLock { $0 -= 1 } } }
    return true
  }
}
