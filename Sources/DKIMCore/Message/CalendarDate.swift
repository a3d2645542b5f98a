/// A date in the Gregorian calendar, UTC.
package struct CalendarDate: Sendable, Hashable {
  package let year: Int
  /// 1 to 12.
  package let month: Int
  /// 1 to 31.
  package let day: Int
  /// 0 for Sunday.
  package let weekday: Int

  /// - Parameter days: the number of days since 1970-01-01, not negative.
  package init(daysSince1970 days: Int) {
    // Years that begin in March end with the leap day. 719,468 days lie between 0000-03-01 and 1970-01-01.
    let (era, dayOfEra) = (days + 719_468).quotientAndRemainder(dividingBy: 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
    day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    // 1970-01-01 was a Thursday.
    weekday = (days + 4) % 7
  }
}

extension Timestamp {
  /// The time in the form of the Date field: `Sat, 21 Nov 2026 12:00:00 +0000`. // RFC 5322 §3.3
  package var mailDate: String {
    // The last second of the year 9999.
    let seconds = Int(min(self.seconds, 253_402_300_799))
    let date = CalendarDate(daysSince1970: seconds / 86_400)
    let clock = [seconds / 3600 % 24, seconds / 60 % 60, seconds % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
    return "\(Self.weekdays[date.weekday]), \(date.day) \(Self.months[date.month - 1]) \(date.year) "
      + clock.joined(separator: ":") + " +0000"
  }

  private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}
