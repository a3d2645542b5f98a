import Glibc
import TestSupport

extension ChildProcess {
  /// Suspends the process, and returns when none of its threads runs.
  func pause() {
    signal(SIGSTOP)
    for _ in 0..<10_000 {
      if !isRunning || ProcessState.isStopped(id) { return }
      usleep(1000)
    }
  }

  func resume() { signal(SIGCONT) }
}
