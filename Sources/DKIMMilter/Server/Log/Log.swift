import Glibc
import NIOPosix
import Synchronization

/// Where lines go. Writing is done by a thread of its own, behind a queue with a bound: a log that nobody reads
/// costs lines, never mail.
///
/// The lines are the product's own values, written in the words that log parsers know; a front such as swift-log
/// would only put levels and metadata of its own between the two.
final class Log: Sendable {
  enum Target: Sendable, Hashable {
    case nowhere
    case standardError(LogFormat, name: String)
    case standardOutput(LogFormat, name: String)
    case syslog(path: String, facility: SyslogFacility, name: String)
    /// Every line to both.
    indirect case both(Target, Target)
  }

  /// Lines that may wait.
  static let capacity = 4096

  private struct State {
    var target: Target
    var queue: [(line: LogLine, time: timespec)] = []
    /// Lines that found no room since the last report of it.
    var dropped = 0
    var isWriting = false
    /// Without it lines are written at once: before there are threads, there is no mail to hold up.
    var thread: NIOThreadPool?
  }

  private let state: Mutex<State>
  private let writer: Mutex<LogWriter>
  private let totalDropped = Atomic(0)

  init(_ target: Target) {
    state = Mutex(State(target: target))
    writer = Mutex(LogWriter(target))
  }

  /// Lines lost so far.
  var droppedLines: Int { totalDropped.load(ordering: .relaxed) }

  /// Lines from now on go there. (A reload)
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
    // The writer may be held by a write that does not end.
    if let thread { thread.submit { _ in replace() } } else { replace() }
  }

  /// From here on lines are written by a thread.
  func startThread() {
    let thread = NIOThreadPool(numberOfThreads: 1)
    thread.start()
    writer.withLock { $0.canWait = true }
    state.withLock { $0.thread = thread }
  }

  func write(_ level: LogLevel, _ text: String) { write(LogLine(level, text)) }

  func write(_ line: LogLine) {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
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

  /// Waits until everything is written, at most for `limit`.
  func flush(within limit: Duration) {
    let end = ContinuousClock.now + limit
    while ContinuousClock.now < end {
      if state.withLock({ !$0.isWriting && $0.queue.isEmpty }) { return }
      usleep(2000)
    }
  }
}
