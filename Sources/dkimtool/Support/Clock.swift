import DKIMCore
import Glibc
import SystemSupport

/// The system clock, and formats for times.
enum Clock {
  static var now: Timestamp { Timestamp(UInt64(clamping: WallClock.now.tv_sec)) }

  /// Formats a time as ctime(3) does, in local time and without the newline: `Thu May 28 20:13:20 2026`.
  static func localText(_ time: Timestamp) -> String {
    var seconds = time_t(clamping: time.seconds)
    var buffer = [CChar](repeating: 0, count: 64)
    guard ctime_r(&seconds, &buffer) != nil else { return "second \(time.seconds)" }
    return String(decoding: buffer.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
