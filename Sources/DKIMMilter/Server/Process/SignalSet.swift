import CProcess
import Glibc

/// The signals the program waits for instead of being interrupted by them.
struct SignalSet: Sendable {
  static let handled: [CInt] = [SIGTERM, SIGINT] + reloading
  static let reloading: [CInt] = [SIGHUP, SIGUSR1]

  private let numbers: [CInt]

  init(_ numbers: [CInt] = handled) { self.numbers = numbers }

  var set: sigset_t {
    var set = sigset_t()
    unsafe sigemptyset(&set)
    for number in numbers { unsafe sigaddset(&set, number) }
    return set
  }

  /// Before there is a second thread: every later one inherits it. A broken pipe is an error, not a signal, and so is a
  /// file that may not grow (`LimitFSIZE=`): a log line is lost then, not the process.
  func block() {
    var set = set
    unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
  }

  /// The next signal, waiting at most so long; `nil` when the time is over.
  func wait(atMost limit: Duration) -> CInt? {
    var set = set
    let (seconds, attoseconds) = max(limit, .zero).components
    var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
    let number = unsafe sigtimedwait(&set, nil, &time)
    return number > 0 ? number : nil
  }

  /// A descriptor to read them from.
  func descriptor() throws(StartFailure) -> CInt {
    var set = set
    let descriptor = unsafe cprocess_signal_descriptor(&set)
    guard descriptor >= 0 else { throw StartFailure(.systemError, "signalfd(): \(lastSystemError())") }
    return descriptor
  }
}
