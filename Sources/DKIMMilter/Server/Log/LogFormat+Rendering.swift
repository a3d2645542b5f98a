import DKIMConfiguration
import Glibc

extension LogFormat {
  /// Returns the line in this format, with its line feed.
  func render(_ line: LogLine, name: String, process: pid_t, at time: timespec) -> [UInt8] {
    switch self {
    case .text: return Array("\(name)[\(process)]: \(line.text)\n".utf8)
    case .json: return Array((Self.object(line, name: name, process: process, at: time) + "\n").utf8)
    }
  }

  private static func object(_ line: LogLine, name: String, process: pid_t, at time: timespec) -> String {
    var members = [
      ("time", quoted(timestamp(time))), ("level", quoted(line.event.level.rawValue)), ("name", quoted(name)),
      ("pid", String(process)), ("event", quoted(line.event.name)),
    ]
    if let job = line.jobID { members.append(("job", quoted(job))) }
    members.append(("text", quoted(line.event.text)))
    // The program chooses the field names, and none is the same as a name above.
    members += line.event.fields.map { ($0.name, quoted($0.value)) }
    return "{" + members.map { "\(quoted($0.0)):\($0.1)" }.joined(separator: ",") + "}"
  }

  /// `2026-01-31T12:34:56.789Z`
  static func timestamp(_ time: timespec) -> String {
    var seconds = time.tv_sec
    var parts = unsafe tm()
    unsafe gmtime_r(&seconds, &parts)
    let date = unsafe "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
    let clock = unsafe "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
    let milliseconds = String(1000 + time.tv_nsec / 1_000_000).dropFirst()
    return "\(date)T\(clock).\(milliseconds)Z"
  }

  static func two(_ number: CInt) -> String { number < 10 ? "0\(number)" : String(number) }

  /// A JSON string. // RFC 8259 §7
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += #"\""#
      case "\\": result += #"\\"#
      case "\n": result += #"\n"#
      case "\r": result += #"\r"#
      case "\t": result += #"\t"#
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
