package import DKIMCore

/// Formats of times in texts.
package enum TimeText {
  private static let day: UInt64 = 86_400

  /// Formats a time as `2026-05-28 20:13:20 UTC`, or as a number of seconds if it is too large for a date.
  package static func date(_ time: Timestamp) -> String {
    guard time.seconds <= 999_999_999_999 else { return "second \(time.seconds)" }
    let (year, month, day) = date(afterDays: Int(time.seconds / day))
    let seconds = Int(time.seconds % Self.day)
    let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60].map(twoDigits).joined(separator: ":")
    return [year, month, day].map(twoDigits).joined(separator: "-") + " " + clock + " UTC"
  }

  /// Formats a duration in its largest unit, rounded down: `3 days`, `1 hour`.
  package static func duration(_ seconds: UInt64) -> String {
    let units: [(UInt64, String)] = [(day, "day"), (3600, "hour"), (60, "minute"), (1, "second")]
    let unit = units.first { seconds >= $0.0 } ?? (1, "second")
    let count = seconds / unit.0
    return "\(count) \(unit.1)\(count == 1 ? "" : "s")"
  }

  /// Returns the date in the Gregorian calendar, for a number of days since 1970-01-01.
  private static func date(afterDays days: Int) -> (year: Int, month: Int, day: Int) {
    // Years that begin in March end with the leap day. 719,468 days lie between 0000-03-01 and 1970-01-01.
    let (era, dayOfEra) = (days + 719_468).quotientAndRemainder(dividingBy: 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    let year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
  }

  private static func twoDigits(_ number: Int) -> String {
    number < 10 ? "0\(number)" : "\(number)"
  }
}
