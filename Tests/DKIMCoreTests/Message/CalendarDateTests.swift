import Testing

@testable import DKIMCore

/// Dates of mail. // RFC 5322 §3.3
@Suite struct CalendarDateTests {
  @Test(
    arguments: [
      (0, "Thu, 1 Jan 1970 00:00:00 +0000"), (1_780_000_000, "Thu, 28 May 2026 20:26:40 +0000"),
      (951_827_696, "Tue, 29 Feb 2000 12:34:56 +0000"), (1_767_225_599, "Wed, 31 Dec 2025 23:59:59 +0000"),
      (.max, "Fri, 31 Dec 9999 23:59:59 +0000"),
    ] as [(UInt64, String)])
  func `the date of a time`(seconds: UInt64, text: String) {
    #expect(Timestamp(seconds).mailDate == text)
  }

  @Test func `each day follows the one before, for 400 years`() {
    var (year, month, day, wrong) = (1970, 1, 1, 0)
    for days in 0..<146_097 {
      let date = CalendarDate(daysSince1970: days)
      let isRight = date.year == year && date.month == month && date.day == day && date.weekday == (days + 4) % 7
      wrong += isRight ? 0 : 1
      let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      let length = month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
      (day, month) = day < length ? (day + 1, month) : (1, month + 1)
      (month, year) = month <= 12 ? (month, year) : (1, year + 1)
    }
    #expect(wrong == 0)
    #expect(year == 2370)
  }
}
