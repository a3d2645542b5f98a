public import Glibc

/// The state of the threads of a process, from the system.
public enum ProcessState {
  /// Whether SIGSTOP has stopped all threads: the signal reaches them one after another.
  public static func isStopped(_ process: pid_t) -> Bool {
    let threads = (try? TestFiles.names(in: "/proc/\(process)/task")) ?? []
    return !threads.isEmpty
      && threads.allSatisfy { thread in
        // A thread that has ended in the meantime no longer runs.
        guard let text = try? TestFiles.read("/proc/\(process)/task/\(thread)/stat") else { return true }
        // The state follows the name of the program, which is in parentheses.
        return text.split(separator: UInt8(ascii: ")")).last?.dropFirst().first == UInt8(ascii: "T")
      }
  }
}
