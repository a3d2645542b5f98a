import DKIMCore
import DKIMDiagnostics
import Testing

@Suite("Times in texts")
struct TimeTextTests {
  static let dates: [(seconds: UInt64, text: String)] = [
    (0, "1970-01-01 00:00:00 UTC"),
    (951_782_399, "2000-02-28 23:59:59 UTC"),
    (951_782_400, "2000-02-29 00:00:00 UTC"),
    (951_868_800, "2000-03-01 00:00:00 UTC"),
    (1_780_000_000, "2026-05-28 20:26:40 UTC"),
    (4_102_444_799, "2099-12-31 23:59:59 UTC"),
    (4_107_542_400, "2100-03-01 00:00:00 UTC"),
    (999_999_999_999, "33658-09-27 01:46:39 UTC"),
    (1_000_000_000_000, "second 1000000000000"),
    (.max, "second 18446744073709551615"),
  ]

  @Test(arguments: dates)
  func `a time is a date in UTC, or a number of seconds if it is too large`(seconds: UInt64, text: String) {
    #expect(TimeText.date(Timestamp(seconds)) == text)
  }

  @Test(
    arguments: [
      (0, "0 seconds"), (1, "1 second"), (59, "59 seconds"), (60, "1 minute"), (3599, "59 minutes"), (7200, "2 hours"),
      (86_399, "23 hours"), (86_400, "1 day"), (864_000, "10 days"),
    ] as [(UInt64, String)])
  func `a duration is in its largest unit, rounded down`(seconds: UInt64, text: String) {
    #expect(TimeText.duration(seconds) == text)
  }
}
