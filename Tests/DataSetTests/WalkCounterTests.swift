import Testing

@testable import DKIMDataSets

@Suite("Memory limit of a listing")
struct WalkCounterTests {
  @Test
  func `long texts and many short ones reach the limit`() {
    let long = String(repeating: "x", count: 1 << 20)
    for (key, columns, most) in [("k", [long], 64), (long, [], 64), ("", [], 1 << 20), ("", [nil], 1 << 20)] {
      var counter = WalkCounter()
      var rows = 0
      while !counter.isOver, rows < 2 << 20 {
        counter.count(key)
        counter.count(columns)
        rows += 1
      }
      #expect(rows <= most)
    }
    var counter = WalkCounter()
    for _ in 0..<100_000 {
      counter.count("sender@example.com")
      counter.count(["example.com", "selector", "/etc/dkimkeys/example.com.private"])
    }
    #expect(!counter.isOver)
  }
}
