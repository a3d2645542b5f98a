import DKIMConfiguration
import Testing

@testable import DKIMDataSets

@Suite("Cache of lookup results")
struct LookupCacheTests {
  private let row = DataSetRow(key: "k", value: .text("v"), location: nil)

  @Test
  func `a row is cached for its lifetime, a missing row for at most five seconds`() {
    var cache = LookupCache(seconds: 30)
    cache.store(row, for: "there", askedAt: 0)
    cache.store(nil, for: "absent", askedAt: 0)
    #expect(cache.answer(to: "there", now: 29_999) == .some(row))
    #expect(cache.answer(to: "there", now: 30_000) == nil)
    #expect(cache.answer(to: "absent", now: 4_999) == .some(nil))
    #expect(cache.answer(to: "absent", now: 5_000) == nil)
    #expect(cache.answer(to: "never asked", now: 0) == nil)
  }

  @Test
  func `with a lifetime of 0 nothing is cached`() {
    var cache = LookupCache(seconds: 0)
    cache.store(row, for: "there", askedAt: 0)
    #expect(cache.answer(to: "there", now: 0) == nil && cache.count == 0)
  }

  @Test
  func `the number of cached results is limited, and results in use stay`() {
    var cache = LookupCache(seconds: 30, capacity: 100)
    cache.store(row, for: "in use", askedAt: 0)
    for number in 0..<10_000 {
      cache.store(nil, for: "n\(number)", askedAt: 1)
      #expect(cache.answer(to: "in use", now: 1) == .some(row))
    }
    #expect(cache.count <= 101)
  }

  @Test
  func `long values are limited by their bytes`() {
    var cache = LookupCache(seconds: 30, capacity: 1 << 20)
    let long = DataSetRow(key: "k", value: .text(String(repeating: "x", count: 1 << 20)), location: nil)
    for number in 0..<200 { cache.store(long, for: "n\(number)", askedAt: 1) }
    #expect(cache.count <= 34)
  }

  @Test
  func `a late result does not replace that of a later lookup, and its lifetime starts with its lookup`() {
    var cache = LookupCache(seconds: 30)
    cache.store(row, for: "k", askedAt: 2000)
    cache.store(nil, for: "k", askedAt: 1000)
    #expect(cache.answer(to: "k", now: 3000) == .some(row))
    cache.store(nil, for: "k", askedAt: 3000)
    #expect(cache.answer(to: "k", now: 7_999) == .some(nil))
    #expect(cache.answer(to: "k", now: 8_000) == nil)
  }

  @Test
  func `keys that look the same but differ in their bytes are distinct`() {
    let (composed, decomposed) = ("m\u{FC}ller", "mu\u{308}ller")
    #expect(composed == decomposed)
    var cache = LookupCache(seconds: 30)
    cache.store(nil, for: decomposed, askedAt: 0)
    #expect(cache.answer(to: composed, now: 1) == nil)
    cache.store(row, for: composed, askedAt: 0)
    #expect(cache.answer(to: composed, now: 1) == .some(row))
    #expect(cache.answer(to: decomposed, now: 1) == .some(nil))
  }
}
