import CProcess
import Glibc

/// The signals that are blocked and that the program waits for.
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

  /// Blocks the signals. This has to be called before there is a second thread, so that later threads inherit it. A
  /// broken pipe, and a file that has reached its size limit (`LimitFSIZE=`), cause errors instead of signals, so that
  /// a log line is lost instead of the process.
  func block() {
    var set = set
    unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
  }

  /// Waits for the next signal; returns `nil` when the time is over.
  func wait(atMost limit: Duration) -> CInt? {
    var set = set
    let (seconds, attoseconds) = max(limit, .zero).components
    var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
    let number = unsafe sigtimedwait(&set, nil, &time)
    return number > 0 ? number : nil
  }

  /// Creates a descriptor to read the signals from.
  func descriptor() throws(StartFailure) -> CInt {
    var set = set
    let descriptor = unsafe cprocess_signal_descriptor(&set)
    guard descriptor >= 0 else { throw StartFailure(.systemError, "signalfd(): \(lastSystemError())") }
    return descriptor
  }
}
