import Glibc
import TestSupport

/// Information from the system about a process.
struct ProcessFacts {
  /// Processor time used, in hundredths of a second.
  let processorTicks: Int
  /// The lines of `/proc/PID/status`, by name.
  let status: [String: String]

  init(_ process: pid_t) throws {
    let text = String(decoding: try TestFiles.read("/proc/\(process)/stat"), as: UTF8.self)
    // The name of the program, in parentheses, may contain spaces.
    let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
    processorTicks = (Int(fields[12]) ?? 0) + (Int(fields[13]) ?? 0)
    var status: [String: String] = [:]
    for line in String(decoding: try TestFiles.read("/proc/\(process)/status"), as: UTF8.self).split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2 { status[String(parts[0])] = parts[1].split(separator: "\t").joined(separator: " ") }
    }
    self.status = status
  }

  /// The child processes of a process.
  static func children(of process: pid_t) -> [pid_t] {
    let text = (try? TestFiles.read("/proc/\(process)/task/\(process)/children")) ?? []
    return String(decoding: text, as: UTF8.self).split(separator: " ").compactMap { pid_t($0) }
  }
}
