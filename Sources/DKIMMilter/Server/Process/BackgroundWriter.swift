import Glibc
import NIOPosix
import Synchronization

/// Writes items to files in a separate thread, from a queue of limited size: if the disk hangs, items are lost and
/// counted, but no mail waits.
final class BackgroundWriter<Item: Sendable>: Sendable {
  private struct State {
    var queue: [Item] = []
    /// The size of the queued items, and of those that are being written.
    var bytes = 0
    /// The number of items lost since the last call of ``write``.
    var lost = 0
    var isWriting = false
    /// The writing thread; it is started for the first item.
    var thread: NIOThreadPool?
  }

  private let state = Mutex(State())
  private let capacity: Int
  private let write: @Sendable (_ items: [Item], _ lost: Int) -> Void

  /// - Parameters:
  ///   - capacity: the maximum size of the items that wait, in bytes.
  ///   - write: writes items, oldest first. Items that were lost before are only counted.
  init(capacity: Int, write: @escaping @Sendable (_ items: [Item], _ lost: Int) -> Void) {
    self.capacity = capacity
    self.write = write
  }

  /// Queues an item.
  /// - Parameter size: the size of the item in bytes.
  /// - Returns: false if there is no room for it.
  func add(_ item: Item, size: Int) -> Bool {
    let (isQueued, thread) = state.withLock { state -> (Bool, NIOThreadPool?) in
      guard state.bytes + size <= capacity else {
        state.lost += 1
        return (false, nil)
      }
      state.queue.append(item)
      state.bytes += size
      guard !state.isWriting else { return (true, nil) }
      state.isWriting = true
      return (true, Self.startedThread(&state))
    }
    thread?.submit { _ in self.drain() }
    return isQueued
  }

  private static func startedThread(_ state: inout State) -> NIOThreadPool {
    if let thread = state.thread { return thread }
    let thread = NIOThreadPool(numberOfThreads: 1)
    thread.start()
    state.thread = thread
    return thread
  }

  private func drain() {
    var written = 0
    while let (items, bytes, lost) = next(after: written) {
      write(items, lost)
      written = bytes
    }
  }

  /// Removes items that were written from the size of the queue, and takes the next ones.
  private func next(after written: Int) -> (items: [Item], bytes: Int, lost: Int)? {
    state.withLock { state in
      state.bytes -= written
      guard !state.queue.isEmpty else {
        state.isWriting = false
        return nil
      }
      defer { (state.queue, state.lost) = ([], 0) }
      return (state.queue, state.bytes, state.lost)
    }
  }

  /// Waits until all items are written, but at most until `end`.
  func flush(until end: ContinuousClock.Instant) {
    while state.withLock({ $0.isWriting }), ContinuousClock.now < end { usleep(2000) }
  }
}
