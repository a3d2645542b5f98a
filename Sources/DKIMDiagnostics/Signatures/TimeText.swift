package import DKIMCore

/// Formats of times in texts.
package enum TimeText {
  private static let day: UInt64 = 86_400

  /// Formats a time as `2026-05-28 20:13:20 UTC`, or as a number of seconds if it is too large for a date.
  package static func date(_ time: Timestamp) -> String {
    guard time.seconds <= 999_999_999_999 else { return "second \(time.seconds)" }
    let date = CalendarDate(daysSince1970: Int(time.seconds / day))
    let seconds = Int(time.seconds % Self.day)
    let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60].map(twoDigits).joined(separator: ":")
    return [date.year, date.month, date.day].map(twoDigits).joined(separator: "-") + " " + clock + " UTC"
  }

  /// Formats a duration in its largest unit, rounded down: `3 days`, `1 hour`.
  package static func duration(_ seconds: UInt64) -> String {
    let units: [(UInt64, String)] = [(day, "day"), (3600, "hour"), (60, "minute"), (1, "second")]
    let unit = units.first { seconds >= $0.0 } ?? (1, "second")
    let count = seconds / unit.0
    return "\(count) \(unit.1)\(count == 1 ? "" : "s")"
  }

  private static func twoDigits(_ number: Int) -> String {
    number < 10 ? "0\(number)" : "\(number)"
  }
}
