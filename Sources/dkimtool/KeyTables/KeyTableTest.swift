import Synchronization

/// Tests all keys of a configuration, several at a time, and reports the results in their order.
struct KeyTableTest: Sendable {
  /// The default of `--jobs`: high, because most of the time is spent waiting for name servers.
  static let usualJobs = 32

  let tester: KeyTester
  let report: KeyTestReport
  let jobs: Int

  func run(_ keys: [NamedKey]) async throws -> [TestedKey] {
    let output = OrderedOutput(progress: ProgressBar(total: keys.count))
    let queue = Queue(count: keys.count)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<min(jobs, keys.count) {
        group.addTask {
          while let index = queue.next() {
            let tested = await tester.test(keys[index])
            queue.keep(tested)
            let position = OutputPosition(file: index, message: 0)
            let entry = report.entry(tested, number: index)
            if !output.deliver(entry, at: position, isLast: true) { queue.stop() }
          }
        }
      }
    }
    try output.finish()
    return queue.tested
  }

  /// The keys that remain to be tested, and the results.
  private final class Queue: Sendable {
    private struct State {
      var next = 0
      var tested: [TestedKey] = []
      var count: Int
    }

    private let state: Mutex<State>

    init(count: Int) { state = Mutex(State(count: count)) }

    func next() -> Int? {
      state.withLock { state in
        guard state.next < state.count else { return nil }
        defer { state.next += 1 }
        return state.next
      }
    }

    func keep(_ tested: TestedKey) { state.withLock { $0.tested.append(tested) } }

    func stop() { state.withLock { $0.count = 0 } }

    /// The results, in the order in which they were finished.
    var tested: [TestedKey] { state.withLock { $0.tested } }
  }
}
