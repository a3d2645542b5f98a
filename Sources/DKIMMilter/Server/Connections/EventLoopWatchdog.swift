import NIOCore
import Synchronization

/// A check that event loops are responsive: each check gives every loop a task, and the next check finds out whether
/// all of these tasks have run.
final class EventLoopWatchdog: Sendable {
  private let loops: [any EventLoop]
  /// The number of loops that have not run their task yet.
  private let waiting = Mutex(0)

  init(_ loops: [any EventLoop]) { self.loops = loops }

  /// Returns whether every loop has run the task of the previous check, and if so, starts the next check.
  func check() -> Bool {
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
