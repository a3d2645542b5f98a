public import Glibc

/// What the system says about the threads of a process.
public enum ProcessState {
  /// Whether SIGSTOP has stopped each thread: the signal reaches one after the other.
  public static func isStopped(_ process: pid_t) -> Bool {
    let threads = (try? TestFiles.names(in: "/proc/\(process)/task")) ?? []
    return !threads.isEmpty
      && threads.allSatisfy { thread in
        // A thread that has ended in the meantime runs no more.
        guard let text = try? TestFiles.read("/proc/\(process)/task/\(thread)/stat") else { return true }
        // The state follows the name of the program, which is in parentheses.
        return text.split(separator: UInt8(ascii: ")")).last?.dropFirst().first == UInt8(ascii: "T")
      }
  }
}
