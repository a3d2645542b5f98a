@testable import DKIMCore
import Testing

@Suite struct BoundedCacheTests {
  @Test func `the least recently used entry is removed first; peeking is not a use`() {
    var cache = BoundedCache<String, Int>(capacity: 2)
    cache.store(1, for: "a")
    cache.store(2, for: "b")
    #expect(cache.use("a") == 1 && cache.peek("b") == 2)
    cache.store(3, for: "c")
    #expect(cache.peek("a") == 1 && cache.peek("b") == nil && cache.peek("c") == 3 && cache.count == 2)
  }

  @Test func `the total cost is limited`() {
    var cache = BoundedCache<String, Int>(capacity: 100, costLimit: 10)
    for (number, key) in ["a", "b", "c"].enumerated() { cache.store(number, for: key, cost: 4) }
    #expect(cache.cost == 8 && cache.peek("a") == nil && cache.peek("b") == 1)
    cache.store(9, for: "d", cost: 10)
    #expect(cache.cost == 10 && cache.count == 1 && cache.use("d") == 9)
  }

  @Test func `a value that costs too much is not stored, but replaces an earlier one`() {
    var cache = BoundedCache<String, Int>(capacity: 100, costLimit: 10)
    cache.store(1, for: "a", cost: 3)
    cache.store(2, for: "a", cost: 11)
    #expect(cache.count == 0 && cache.cost == 0 && cache.use("a") == nil)
  }

  @Test func `with a capacity of 0 nothing is stored`() {
    var cache = BoundedCache<String, Int>(capacity: 0)
    cache.store(1, for: "a")
    #expect(cache.count == 0)
  }

  @Test func `removed entries leave room for new ones`() {
    var cache = BoundedCache<Int, Int>(capacity: 3)
    for number in 0..<100 {
      cache.store(number, for: number)
      if number % 2 == 0 { cache.remove(number) }
    }
    #expect(cache.count == 3)
    for number in [95, 97, 99] { #expect(cache.use(number) == number) }
  }
}
