import NIOPosix

/// Runs tasks on a thread of its own, for work that may take a while.
///
/// Without an executor, tasks run on the shared threads of libdispatch. It counts those through /proc, and ends the process
/// where there is none, as below `ChangeRootDirectory`.
final class ThreadExecutor: TaskExecutor {
  private let thread = NIOThreadPool(numberOfThreads: 1)

  init() { thread.start() }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let executor = unsafe asUnownedTaskExecutor()
    thread.submit { _ in unsafe job.runSynchronously(on: executor) }
  }
}
