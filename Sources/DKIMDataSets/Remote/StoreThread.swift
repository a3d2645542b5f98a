internal import DKIMConfiguration
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// Separate threads for work that may block for a long time, or forever.
enum StoreThread {
  /// Runs work on a new thread, without waiting for it.
  static func start(_ work: @escaping @Sendable () -> Void) {
    let thread = NIOThreadPool(numberOfThreads: 1)
    thread.start()
    thread.submit { _ in
      work()
      thread.shutdownGracefully { _ in }
    }
  }

  /// The thread that runs all timers. A task that sleeps would use the shared threads of libdispatch, which ends the
  /// process if there is no /proc, for example below `ChangeRootDirectory`.
  private static let clock = MultiThreadedEventLoopGroup(numberOfThreads: 1)

  /// Runs work after the given time, unless the returned timer is canceled first.
  static func after(milliseconds: Int, _ work: @escaping @Sendable () -> Void) -> Scheduled<Void> {
    clock.next().scheduleTask(in: .milliseconds(Int64(milliseconds)), work)
  }

  /// Runs work on a new thread. The caller waits at most for the given time; the thread runs until the work is done.
  static func run<Value: Sendable>(
    milliseconds limit: Int, late: DataSetError, _ work: @escaping @Sendable () throws(DataSetError) -> Value
  ) async throws(DataSetError) -> Value {
    let result = await withCheckedContinuation {
      (continuation: CheckedContinuation<Result<Value, DataSetError>, Never>) in
      let waiting = Waiting(continuation)
      let alarm = after(milliseconds: limit) { waiting.resume(.failure(late)) }
      start {
        do throws(DataSetError) {
          waiting.resume(.success(try work()))
        } catch {
          waiting.resume(.failure(error))
        }
        alarm.cancel()
      }
    }
    return try result.get()
  }

  /// A caller that waits for the first of two results.
  private final class Waiting<Value: Sendable>: Sendable {
    private let continuation: Mutex<CheckedContinuation<Result<Value, DataSetError>, Never>?>

    init(_ continuation: CheckedContinuation<Result<Value, DataSetError>, Never>) {
      self.continuation = Mutex(continuation)
    }

    func resume(_ result: Result<Value, DataSetError>) {
      let continuation = continuation.withLock { $0.take() }
      continuation?.resume(returning: result)
    }
  }
}
