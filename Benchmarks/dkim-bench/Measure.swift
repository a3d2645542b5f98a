import Glibc
import SystemPackage

/// Works for the requested time (or number of messages) and prints the measurements as a JSON object.
func measure(_ work: Workload, _ once: () throws -> Void) throws -> String {
  let base = peakMemory()
  try once()
  let (cpu, wall) = (clock(CLOCK_PROCESS_CPUTIME_ID), clock(CLOCK_MONOTONIC))
  var n = 0
  repeat {
    try once()
    n += 1
  } while work.count.map { n < $0 } ?? (clock(CLOCK_MONOTONIC) - wall < work.seconds)
  let (cpuUsed, wallUsed) = (clock(CLOCK_PROCESS_CPUTIME_ID) - cpu, clock(CLOCK_MONOTONIC) - wall)
  return
    "{\"n\":\(n),\"cpu\":\(cpuUsed),\"wall\":\(wallUsed),\"rss_kb\":\(peakMemory()),\"base_kb\":\(base)}"
}

private func clock(_ id: clockid_t) -> Double {
  var time = timespec()
  clock_gettime(id, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// The largest resident size so far (VmHWM), in KiB.
private func peakMemory() -> Int {
  guard let status = try? readFile("/proc/self/status") else { return 0 }
  let line = String(decoding: status, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
  return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
}

func readFile(_ path: String) throws -> [UInt8] {
  let file = try FileDescriptor.open(FilePath(path), .readOnly)
  return try file.closeAfter {
    // Reserve memory for the whole file, so that reading it does not cause the peak of memory.
    var content: [UInt8] = []
    content.reserveCapacity(max(Int(clamping: (try? file.seek(offset: 0, from: .end)) ?? 0), 0))
    _ = try? file.seek(offset: 0, from: .start)
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = try block.withUnsafeMutableBytes { try file.read(into: $0) }
      if count == 0 { return content }
      content += block[..<count]
    }
  }
}

func writeOut(_ bytes: [UInt8]) throws {
  _ = try bytes.withUnsafeBytes { try FileDescriptor.standardOutput.writeAll($0) }
}

func environment(_ name: String) -> String? {
  getenv(name).map { String(cString: $0) }
}

func fail(_ words: String) -> Never {
  _ = try? FileDescriptor.standardError.writeAll(Array("dkim-bench: \(words)\n".utf8))
  exit(64)
}
