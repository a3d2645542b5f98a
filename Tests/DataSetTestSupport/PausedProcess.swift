import Glibc
import TestSupport

extension ChildProcess {
  /// Stops it where it is, and returns when none of its threads runs any more.
  func pause() {
    signal(SIGSTOP)
    for _ in 0..<10_000 {
      if !isRunning || ProcessState.isStopped(id) { return }
      usleep(1000)
    }
  }

  func resume() { signal(SIGCONT) }
}
