import DKIMConfiguration
import Glibc
import NIOPosix
import Synchronization
import SystemSupport

/// The log. A separate thread writes the lines, from a queue of limited length: if the log blocks, lines are lost, but
/// mail is not delayed.
///
/// The texts of the lines are fixed, because log parsers know them; a facade such as swift-log would only add its own
/// levels and metadata.
final class Log: Sendable {
  enum Target: Sendable, Hashable {
    case nowhere
    case standardError(LogFormat, name: String)
    case standardOutput(LogFormat, name: String)
    case syslog(path: String, facility: SyslogFacility, name: String)
    /// Every line goes to both targets.
    indirect case both(Target, Target)
  }

  /// The maximum number of queued lines.
  static let capacity = 4096

  private struct State {
    var target: Target
    var queue: [(line: LogLine, time: timespec)] = []
    /// The number of lines dropped since the last report.
    var dropped = 0
    var isWriting = false
    /// The writing thread. Without it, before the start of the server, lines are written synchronously.
    var thread: NIOThreadPool?
  }

  private let state: Mutex<State>
  private let writer: Mutex<LogWriter>
  private let totalDropped = Atomic(0)

  init(_ target: Target) {
    state = Mutex(State(target: target))
    writer = Mutex(LogWriter(target))
  }

  /// The number of lines lost so far.
  var droppedLines: Int { totalDropped.load(ordering: .relaxed) }

  /// Sends all further lines to the given target, after a reload.
  func redirect(to target: Target) {
    let isNew = state.withLock { state in
      defer { state.target = target }
      return state.target != target
    }
    if isNew { replaceWriter(target) }
  }

  private func replaceWriter(_ target: Target) {
    let thread = state.withLock { $0.thread }
    let replace: @Sendable () -> Void = {
      self.writer.withLock { writer in
        writer.close()
        writer = LogWriter(target, canWait: thread != nil)
      }
    }
    // The writer may be locked by a write that blocks.
    if let thread { thread.submit { _ in replace() } } else { replace() }
  }

  /// Starts the writing thread.
  func startThread() {
    let thread = NIOThreadPool(numberOfThreads: 1)
    thread.start()
    writer.withLock { $0.canWait = true }
    state.withLock { $0.thread = thread }
  }

  func write(_ level: LogLevel, _ text: String) { write(LogLine(level, text)) }

  func write(_ line: LogLine) {
    let time = WallClock.now
    let (thread, isFirst) = state.withLock { state -> (NIOThreadPool?, Bool) in
      guard state.queue.count < Self.capacity else {
        state.dropped += 1
        totalDropped.add(1, ordering: .relaxed)
        return (nil, false)
      }
      state.queue.append((line, time))
      defer { state.isWriting = true }
      return (state.thread, !state.isWriting)
    }
    guard isFirst else { return }
    if let thread { thread.submit { _ in self.drain() } } else { drain() }
  }

  private func drain() {
    while let (lines, dropped) = takeQueue() {
      writer.withLock { writer in
        var lost = 0
        if dropped > 0 { writer.report(dropped: dropped) }
        for (line, time) in lines where !writer.write(line, at: time) { lost += 1 }
        totalDropped.add(lost, ordering: .relaxed)
      }
    }
  }

  private func takeQueue() -> (lines: [(line: LogLine, time: timespec)], dropped: Int)? {
    state.withLock { state in
      guard !state.queue.isEmpty else {
        state.isWriting = false
        return nil
      }
      defer {
        state.queue = []
        state.dropped = 0
      }
      return (state.queue, state.dropped)
    }
  }

  /// Waits until all lines are written, but at most for `limit`.
  func flush(within limit: Duration) {
    let end = ContinuousClock.now + limit
    while ContinuousClock.now < end {
      if state.withLock({ !$0.isWriting && $0.queue.isEmpty }) { return }
      usleep(2000)
    }
  }
}
