import DKIMConfiguration
import DKIMCore
import Glibc

extension LogFormat {
  /// Returns the line in this format, with its line feed.
  func render(_ line: LogLine, name: String, process: pid_t, at time: timespec) -> [UInt8] {
    switch self {
    case .text: return Array("\(name)[\(process)]: \(line.text)\n".utf8)
    case .json: return Self.object(line, name: name, process: process, at: time)
    }
  }

  private static func object(_ line: LogLine, name: String, process: pid_t, at time: timespec) -> [UInt8] {
    var writer = JSONWriter(escapes: .controls)
    writer.object { json in
      json.member("time", timestamp(time))
      json.member("level", line.event.level.rawValue)
      json.member("name", name)
      json.member("pid", process)
      json.member("event", line.event.name)
      if let job = line.jobID { json.member("job", job) }
      json.member("text", line.event.text)
      // The program chooses the field names, and none is the same as a name above.
      for field in line.event.fields { json.member(field.name, field.value) }
    }
    writer.newLine()
    return writer.bytes
  }

  /// `2026-01-31T12:34:56.789Z`
  static func timestamp(_ time: timespec) -> String {
    var seconds = time.tv_sec
    var parts = unsafe tm()
    unsafe gmtime_r(&seconds, &parts)
    let date = unsafe "\(parts.tm_year + 1900)-\(twoDigits(parts.tm_mon + 1))-\(twoDigits(parts.tm_mday))"
    let clock = unsafe "\(twoDigits(parts.tm_hour)):\(twoDigits(parts.tm_min)):\(twoDigits(parts.tm_sec))"
    let milliseconds = String(1000 + time.tv_nsec / 1_000_000).dropFirst()
    return "\(date)T\(clock).\(milliseconds)Z"
  }

  static func twoDigits(_ number: CInt) -> String { number < 10 ? "0\(number)" : String(number) }
}
