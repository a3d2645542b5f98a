import NIOCore
import NIOPosix

/// A task executor with a separate thread, for work that may take a while.
///
/// Without an executor, tasks run on the shared threads of libdispatch. It counts them through /proc, and terminates
/// the process if /proc is missing, as it is after `ChangeRootDirectory`.
final class ThreadExecutor: TaskExecutor {
  private let thread = NIOThreadPool(numberOfThreads: 1)

  init() { thread.start() }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let executor = unsafe asUnownedTaskExecutor()
    thread.submit { _ in unsafe job.runSynchronously(on: executor) }
  }
}

/// A task executor that runs tasks on an event loop, so that the state of a connection stays on one thread.
final class LoopExecutor: TaskExecutor {
  private let loop: any EventLoop

  init(_ loop: any EventLoop) { self.loop = loop }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let executor = unsafe asUnownedTaskExecutor()
    loop.execute { unsafe job.runSynchronously(on: executor) }
  }
}
