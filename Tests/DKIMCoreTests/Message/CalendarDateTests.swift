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
}
