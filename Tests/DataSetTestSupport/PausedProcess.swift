import Glibc
import TestSupport

extension ChildProcess {
  /// Stops it where it is, and returns when none of its threads runs any more.
  func pause() {
    signal(SIGSTOP)
    for _ in 0..<10_000 where isRunning && !ProcessState.isStopped(id) { usleep(1000) }
  }

  func resume() { signal(SIGCONT) }
}
