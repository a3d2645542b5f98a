import Testing

@testable import DKIMDataSets

@Suite("Keys in memcached and Redis")
struct StoreKeyTests {
  @Test
  func `keys for memcached have at most 250 bytes, without blanks and control characters`() {
    #expect(MemcacheKey("k", prefix: "p").map { String(decoding: $0.bytes, as: UTF8.self) } == "p:k")
    #expect(MemcacheKey("ü", prefix: "p") != nil)
    #expect(MemcacheKey(String(repeating: "k", count: 248), prefix: "p") != nil)
    #expect(MemcacheKey(String(repeating: "k", count: 249), prefix: "p") == nil)
    for key in ["a b", "a\r\nb", "a\tb", "\u{0}", "\u{7F}", " "] { #expect(MemcacheKey(key, prefix: "p") == nil) }
  }

  /// Results of `memcached_generate_hash` in libmemcached 1.1.4 with five servers.
  @Test(arguments: [
    ("example.com", 4), ("user@example.com", 3), (".example.com", 0), ("a", 4), ("b", 0), ("c", 4), ("*", 4),
    ("bücher@bücher.example", 3), ("日本", 1), ("sel._domainkey.example.org", 3),
  ])
  func `the server of a key is the one that libmemcached selects`(_ key: String, _ server: Int) {
    #expect(MemcacheKey(key, prefix: "dkim")?.server(of: 5) == server)
  }

  @Test
  func `one server has every key`() {
    for number in 0..<100 { #expect(MemcacheKey("\(number)", prefix: "p")?.server(of: 1) == 0) }
  }

  @Test
  func `keys for Redis have at most 1,024 bytes without NUL`() {
    #expect(RedisKey.bytes("a b\r\n", prefix: "p") == Array("p:a b\r\n".utf8))
    #expect(RedisKey.bytes(String(repeating: "k", count: 1022), prefix: "p") != nil)
    #expect(RedisKey.bytes(String(repeating: "k", count: 1023), prefix: "p") == nil)
    #expect(RedisKey.bytes("a\u{0}", prefix: "p") == nil)
  }

  @Test
  func `the pattern for a listing matches the prefix literally`() {
    #expect(RedisKey.pattern(prefix: #"a*b?[c]\^-"#) == #"a\*b\?\[c\]\\^-:*"#)
  }
}
