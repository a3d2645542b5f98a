import Glibc
import TestSupport

extension ChildProcess {
  /// Stops it where it is, and returns when none of its threads runs any more.
  func pause() {
    signal(SIGSTOP)
    for _ in 0..<1000 where !isPaused { usleep(1000) }
  }

  func resume() { signal(SIGCONT) }

  private var isPaused: Bool {
    guard let threads = try? TestFiles.names(in: "/proc/\(id)/task") else { return true }
    return threads.allSatisfy { thread in
      guard let text = try? TestFiles.read("/proc/\(id)/task/\(thread)/stat") else { return true }
      // The state stands behind the name, which is in brackets.
      return text.split(separator: UInt8(ascii: ")")).last?.dropFirst().first == UInt8(ascii: "T")
    }
  }
}
