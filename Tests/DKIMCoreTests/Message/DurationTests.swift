import Testing

@testable import DKIMCore

@Suite struct DurationTests {
  @Test(
    arguments: [
      (.zero, 0), (.milliseconds(-1), 0), (.seconds(Int64.min), 0), (Duration.zero - .seconds(UInt64.max), 0),
      (.milliseconds(999), 0), (.milliseconds(1999), 1),
      (Duration.seconds(Int64.max) - .milliseconds(1), 0x7FFF_FFFF_FFFF_FFFE),
      (.seconds(Int64.max), 0x7FFF_FFFF_FFFF_FFFF), (.seconds(UInt64.max), 0x7FFF_FFFF_FFFF_FFFF),
    ] as [(Duration, UInt64)])
  func `whole seconds are limited, whatever the duration is`(_ duration: Duration, _ seconds: UInt64) {
    #expect(duration.wholeSeconds == seconds)
  }
}
