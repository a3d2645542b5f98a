import DKIMCore
import Glibc

/// The system clock, and formats for times.
enum Clock {
  static var now: Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(UInt64(clamping: time.tv_sec))
  }

  /// Formats a time as ctime(3) does, in local time and without the newline: `Thu May 28 20:13:20 2026`.
  static func localText(_ time: Timestamp) -> String {
    var seconds = time_t(clamping: time.seconds)
    var buffer = [CChar](repeating: 0, count: 64)
    guard ctime_r(&seconds, &buffer) != nil else { return "second \(time.seconds)" }
    return String(decoding: buffer.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
