import Glibc
import TestSupport

/// Information about the process from the system.
extension Milter {
  /// The memory in use, in bytes.
  package var residentMemory: Int { kibibytes("VmRSS:") * 1024 }

  /// The peak of memory use in bytes since the start, or since ``forgetPeak()``.
  package var peakMemory: Int { kibibytes("VmHWM:") * 1024 }

  /// Resets ``peakMemory``.
  package func forgetPeak() { try? TestFiles.write(Array("5".utf8), to: "/proc/\(process.id)/clear_refs") }

  /// The number of open files.
  package var descriptors: Int { (try? TestFiles.names(in: "/proc/\(process.id)/fd").count) ?? 0 }

  /// Returns the number of open files once it is stable: a connection that was left is closed a moment later.
  package nonisolated(nonsending) func settledDescriptors() async throws -> Int {
    var count = descriptors
    var unchanged = 0
    try await eventually("the number of open files stays the same", within: .seconds(5)) {
      let now = descriptors
      unchanged = now == count ? unchanged + 1 : 0
      count = now
      return unchanged > 5
    }
    return count
  }

  package var threads: Int { kibibytes("Threads:") }

  /// The processor time so far in seconds, with a resolution of 10 ms.
  package var processorTime: Double {
    let text = Self.text("/proc/\(process.id)/stat")
    let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
    guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13]) else { return 0 }
    return (user + system) / Double(sysconf(CInt(_SC_CLK_TCK)))
  }

  private func kibibytes(_ name: String) -> Int {
    let line = Self.text("/proc/\(process.id)/status").split(separator: "\n").first { $0.hasPrefix(name) }
    return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
  }

  private static func text(_ path: String) -> String {
    (try? TestFiles.read(path)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}
