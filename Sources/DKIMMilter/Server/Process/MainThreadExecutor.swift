import Glibc
import Synchronization

/// A task executor that runs asynchronous code on the thread that waits for it.
///
/// The configuration is read before privileges are dropped, when there must be no second thread. With this executor,
/// tasks that do not wait for a server do not create threads.
final class MainThreadExecutor: TaskExecutor {
  private struct State {
    var jobs: [UnownedJob] = []
    var isOver = false
    var isResting = false
  }

  private let state = Mutex(State())
  private let alarm = Alarm()

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let isResting = state.withLock { state in
      state.jobs.append(job)
      defer { state.isResting = false }
      return state.isResting
    }
    if isResting { alarm.ring() }
  }

  /// Runs `body` on this thread until it finishes.
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
        let jobs = state.jobs
        state.jobs.removeAll()
        state.isResting = jobs.isEmpty && !state.isOver
        return (jobs, state.isOver)
      }
      for job in jobs { unsafe job.runSynchronously(on: executor.asUnownedTaskExecutor()) }
      if jobs.isEmpty {
        if isOver { return box.value.withLock { $0 } }
        // A task waits for a server, and the server's thread enqueues the next job.
        executor.alarm.wait()
      }
    }
  }

  private final class ResultBox<Result: Sendable>: Sendable {
    let value = Mutex<Result?>(nil)
  }
}

/// A semaphore to wake one waiting thread.
@safe
private final class Alarm: Sendable {
  /// The semaphore, allocated because it must not move in memory; only the functions of this class use it.
  private nonisolated(unsafe) let semaphore: UnsafeMutablePointer<sem_t>

  init() {
    unsafe semaphore = .allocate(capacity: 1)
    unsafe sem_init(semaphore, 0, 0)
  }

  deinit {
    unsafe sem_destroy(semaphore)
    unsafe semaphore.deallocate()
  }

  func ring() { unsafe sem_post(semaphore) }

  func wait() {
    while unsafe sem_wait(semaphore) != 0, errno == EINTR {}
  }
}
