internal import DKIMConfiguration
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// Threads of their own for work that may wait longer than anybody should, and may never end.
enum StoreThread {
  /// Nobody waits for that.
  static func start(_ work: @escaping @Sendable () -> Void) {
    let thread = NIOThreadPool(numberOfThreads: 1)
    thread.start()
    thread.submit { _ in
      work()
      thread.shutdownGracefully { _ in }
    }
  }

  /// The thread of all time limits. A task that sleeps would use the shared threads of libdispatch, which ends the process
  /// where there is no /proc, as below `ChangeRootDirectory`.
  private static let clock = MultiThreadedEventLoopGroup(numberOfThreads: 1)

  /// Does work after that time, unless what is returned is cancelled before.
  static func after(milliseconds: Int, _ work: @escaping @Sendable () -> Void) -> Scheduled<Void> {
    clock.next().scheduleTask(in: .milliseconds(Int64(milliseconds)), work)
  }

  /// Does work, for which the caller waits that long, and the thread as long as it takes.
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

  /// Somebody who waits for the first of two results.
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
