package import NIOCore

/// A task executor that runs tasks on an event loop, so that the state of a connection stays on one thread.
package final class LoopExecutor: TaskExecutor {
  private let loop: any EventLoop

  package init(_ loop: any EventLoop) { self.loop = loop }

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let executor = unsafe asUnownedTaskExecutor()
    loop.execute { unsafe job.runSynchronously(on: executor) }
  }
}
