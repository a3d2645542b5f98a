import DKIMCore
import Glibc
import SystemSupport

/// The system clock, and formats for times.
enum Clock {
  static var now: Timestamp { Timestamp(UInt64(clamping: WallClock.now.tv_sec)) }

  /// Formats a time as `2026-05-28 20:13:20 UTC`, or as a number of seconds if it is too large for a date.
  static func text(_ time: Timestamp) -> String {
    var seconds = time_t(clamping: time.seconds)
    var parts = tm()
    guard time.seconds <= 999_999_999_999, gmtime_r(&seconds, &parts) != nil else { return "second \(time.seconds)" }
    let date = [Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday)].map(twoDigits)
    let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { twoDigits(Int($0)) }
    return date.joined(separator: "-") + " " + clock.joined(separator: ":") + " UTC"
  }

  /// Formats a time as ctime(3) does, in local time and without the newline: `Thu May 28 20:13:20 2026`.
  static func localText(_ time: Timestamp) -> String {
    var seconds = time_t(clamping: time.seconds)
    var buffer = [CChar](repeating: 0, count: 64)
    guard ctime_r(&seconds, &buffer) != nil else { return "second \(time.seconds)" }
    return String(decoding: buffer.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Formats a duration in its largest unit, rounded down: `3 days`, `1 hour`.
  static func duration(_ seconds: UInt64) -> String {
    let units: [(UInt64, String)] = [(86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")]
    let unit = units.first { seconds >= $0.0 } ?? (1, "second")
    let count = seconds / unit.0
    return "\(count) \(unit.1)\(count == 1 ? "" : "s")"
  }

  private static func twoDigits(_ number: Int) -> String {
    number < 10 ? "0\(number)" : "\(number)"
  }
}
