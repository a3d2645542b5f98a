import NIOCore
import Synchronization

/// A check that event loops are responsive: each gets a task, and the next check tests whether the task has run.
final class EventLoopWatchdog: Sendable {
  private let loops: [any EventLoop]
  private let waiting = Mutex(0)

  init(_ loops: [any EventLoop]) { self.loops = loops }

  /// Starts a check; returns true if every loop has run the task of the last one.
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
