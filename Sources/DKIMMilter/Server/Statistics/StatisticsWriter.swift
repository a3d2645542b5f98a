import Glibc
import NIOPosix
import Synchronization

/// The writer of the statistics file (`Statistics`). A separate thread writes the records, from a queue of limited size:
/// if the disk hangs, records are lost and counted, but mail is not delayed.
final class StatisticsWriter: Sendable {
  /// The maximum size of the queued records in bytes.
  static let capacity = 1 << 20

  private struct State {
    var queue: [(record: StatisticsRecord, path: String)] = []
    /// The size of the queued records.
    var bytes = 0
    /// The number of records dropped since the last report.
    var dropped = 0
    var isWriting = false
    /// The writing thread; it is started for the first record.
    var thread: NIOThreadPool?

    mutating func startedThread() -> NIOThreadPool {
      if let thread { return thread }
      let started = NIOThreadPool(numberOfThreads: 1)
      started.start()
      thread = started
      return started
    }
  }

  private let state = Mutex(State())
  private let log: Log
  private let limiter: LogLimiter
  private let metrics: MilterMetrics

  init(log: Log, limiter: LogLimiter, metrics: MilterMetrics) {
    self.log = log
    self.limiter = limiter
    self.metrics = metrics
  }

  /// Queues a record for the file at the given path.
  func write(_ record: StatisticsRecord, to path: String) {
    let size = record.text.utf8.count
    let (thread, isDropped) = state.withLock { state -> (NIOThreadPool?, Bool) in
      guard state.bytes + size <= Self.capacity else {
        state.dropped += 1
        return (nil, true)
      }
      state.queue.append((record, path))
      state.bytes += size
      guard !state.isWriting else { return (nil, false) }
      state.isWriting = true
      return (state.startedThread(), false)
    }
    if isDropped { metrics.add(.lostStatistics) }
    thread?.submit { _ in self.drain() }
  }

  private func drain() {
    while let (queue, dropped) = takeQueue() {
      if dropped > 0 { warn("\(dropped) statistics records were lost because the disk is too slow") }
      for (path, entries) in Dictionary(grouping: queue, by: \.path) {
        do throws(StatisticsFile.WriteError) {
          try StatisticsFile.append(entries.map(\.record), to: path)
        } catch {
          metrics.add(.lostStatistics, entries.count)
          warn("Statistics \(path): \(error)")
        }
      }
    }
  }

  private func takeQueue() -> (queue: [(record: StatisticsRecord, path: String)], dropped: Int)? {
    state.withLock { state in
      guard !state.queue.isEmpty else {
        state.isWriting = false
        return nil
      }
      defer { (state.queue, state.bytes, state.dropped) = ([], 0, 0) }
      return (state.queue, state.dropped)
    }
  }

  private func warn(_ text: String) { limiter.write(.warning, text, to: log) }

  /// Waits until all records are written, but at most for `limit`.
  func flush(within limit: Duration) {
    let end = ContinuousClock.now + limit
    while state.withLock({ $0.isWriting }), ContinuousClock.now < end { usleep(2000) }
  }
}
