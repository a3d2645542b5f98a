import Glibc
import Synchronization

/// Runs asynchronous code on the thread that waits for it.
///
/// The configuration is read before privileges are dropped, and there must be no second thread then: code that does
/// not wait for a server starts none this way.
final class MainThreadExecutor: TaskExecutor {
  private struct State {
    var jobs: [UnownedJob] = []
    var isOver = false
  }

  private let state = Mutex(State())

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    state.withLock { $0.jobs.append(job) }
  }

  /// Runs `body` to its end on this thread.
  static func run<Result: Sendable>(_ body: @escaping @Sendable () async -> Result) -> Result? {
    let executor = MainThreadExecutor()
    let box = ResultBox<Result>()
    Task(executorPreference: executor) {
      let result = await body()
      box.value.withLock { $0 = result }
      executor.state.withLock { $0.isOver = true }
    }
    while true {
      let (jobs, isOver) = executor.state.withLock { state in
        defer { state.jobs = [] }
        return (state.jobs, state.isOver)
      }
      for job in jobs { unsafe job.runSynchronously(on: executor.asUnownedTaskExecutor()) }
      if jobs.isEmpty {
        if isOver { return box.value.withLock { $0 } }
        // Only where something waits for a server.
        usleep(500)
      }
    }
  }

  private final class ResultBox<Result: Sendable>: Sendable {
    let value = Mutex<Result?>(nil)
  }
}
