@testable import DKIMCore
import Testing

@Suite struct KeyRecordCacheTests {
  private func record(_ n: Int) -> [UInt8] {
    Array("n=\(n); k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=".utf8)
  }

  @Test func `the same bytes give the same key`() throws {
    let cache = KeyRecordCache(capacity: 4)
    let first = try cache.record(record(1)).get()
    let again = try cache.record(record(1)).get()
    #expect(first.key === again.key)
    #expect(first.notes == "1")
  }

  @Test func `used entries are kept, and the others are removed`() throws {
    let cache = KeyRecordCache(capacity: 4)
    let kept = try cache.record(record(0)).get()
    let gone = try cache.record(record(1)).get()
    for n in 2..<10 {
      _ = cache.record(record(n))
      #expect(try cache.record(record(0)).get().key === kept.key)
    }
    #expect(try cache.record(record(1)).get().key !== gone.key)
  }

  @Test(arguments: [1, 2, 4])
  func `more than the capacity is not kept`(_ capacity: Int) throws {
    let cache = KeyRecordCache(capacity: capacity)
    let first = try cache.record(record(0)).get()
    for n in 1..<max(capacity, 2) { _ = cache.record(record(n)) }
    let last = try cache.record(record(5)).get()
    #expect(try cache.record(record(5)).get().key === last.key)
    #expect(try cache.record(record(0)).get().key !== first.key)
  }

  @Test func `junk is an error every time`() {
    let cache = KeyRecordCache()
    for _ in 0..<2 {
      #expect(throws: KeyRecordError.keyMissing) { try cache.record(Array("v=DKIM1".utf8)).get() }
    }
  }

  @Test func `records of any length are not read`() {
    let long = record(0) + Array(repeating: UInt8(ascii: " "), count: 20_000)
    #expect(throws: KeyRecordError.tooLong(length: long.count, limit: 16_384)) { try KeyRecord(long) }
  }
}

@Suite struct NoteTextTests {
  @Test(arguments: [("a=20b", "a b"), ("a=+1b", "a=+1b"), ("=C3=BC", "\u{fc}"), ("end=2", "end=2")])
  func notes(_ text: String, _ decoded: String) {
    let bytes = Array(text.utf8)
    #expect(NoteText.decode(bytes.span) == decoded)
  }
}
