import TestSupport
import Testing

@testable import DKIMConfiguration
@testable import DKIMDataSets

@Suite("Data sets on a server", .measuresTime)
struct RemoteDataSetTests {
  private let store = ScriptedStore()

  @Test
  func `results are cached; each key is queried once`() async throws {
    store.script.withLock { $0.rows["a"] = "1" }
    let set = try await store.open()
    for _ in 0..<5 {
      #expect(try await set.rows(for: "a", all: false).first?.value == .text("1"))
      #expect(try await set.rows(for: "b", all: false).isEmpty)
    }
    #expect(store.questions.withLock { $0.sorted() } == ["a", "b"])
  }

  @Test
  func `concurrent lookups of the same key share one query`() async throws {
    store.script.withLock { ($0.rows["a"], $0.delay) = ("1", 100) }
    let set = try await store.open(cacheSeconds: 0)
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<50 { group.addTask { try await set.rows(for: "a", all: false).count } }
      for try await count in group { #expect(count == 1) }
    }
    #expect(store.questions.withLock { $0.count } == 1)
  }

  @Test
  func `a late lookup fails in time, and its result is used for the next one`() async throws {
    let set = try await store.open(timeLimit: 200)
    store.script.withLock { ($0.rows["a"], $0.delay) = ("1", 600) }
    let start = ContinuousClock.now
    await #expect(throws: DataSetError.temporary("no response within 200 ms")) {
      _ = try await set.rows(for: "a", all: false)
    }
    #expect(ContinuousClock.now - start < .milliseconds(500))
    try await eventually("the result has arrived", within: .seconds(5)) {
      (try? await set.rows(for: "a", all: false).count) == 1
    }
    #expect(store.questions.withLock { $0.count } <= 5)
  }

  @Test
  func `more lookups than workers, each longer than the limit: all fail in time`() async throws {
    let set = try await store.open(timeLimit: 200)
    store.script.withLock { $0.delay = 400 }
    let start = ContinuousClock.now
    await withTaskGroup(of: Bool.self) { group in
      for number in 0..<40 { group.addTask { (try? await set.rows(for: "k\(number)", all: false)) == nil } }
      for await failed in group { #expect(failed) }
    }
    #expect(ContinuousClock.now - start < .seconds(1))
  }

  @Test
  func `a store that is down fails immediately, and works again within a second of its return`() async throws {
    store.script.withLock { $0.rows["a"] = "1" }
    let set = try await store.open(cacheSeconds: 0)
    #expect(try await set.rows(for: "a", all: false).count == 1)
    for _ in 0..<2 {
      store.script.withLock { $0.isDown = true }
      for _ in 0..<20 {
        await #expect(throws: DataSetError.self) { _ = try await set.rows(for: "a", all: false) }
        try await Task.sleep(for: .milliseconds(20))
      }
      store.script.withLock { $0.isDown = false }
      try await eventually("it works again", within: .seconds(1)) {
        (try? await set.rows(for: "a", all: false).count) == 1
      }
    }
  }

  @Test
  func `a restarted store is reconnected without an error`() async throws {
    store.script.withLock { $0.rows["a"] = "1" }
    let set = try await store.open(cacheSeconds: 0)
    store.script.withLock { $0.isDown = true }
    await #expect(throws: DataSetError.self) { _ = try await set.rows(for: "a", all: false) }
    store.script.withLock { $0.isDown = false }
    try await Task.sleep(for: .milliseconds(100))
    #expect(try await set.rows(for: "a", all: false).count == 1)
  }

  @Test
  func `a store that is down at startup is an error, or a temporary problem with SoftStart`() async throws {
    store.script.withLock { $0.isDown = true }
    await #expect(throws: DataSetOpenError.self) { _ = try await store.open() }
    let set = try await store.open(softStart: true)
    #expect(set.startProblem == .temporary("connection refused"))
    store.script.withLock { ($0.isDown, $0.rows["a"]) = (false, "1") }
    try await eventually("it works", within: .seconds(1)) { (try? await set.rows(for: "a", all: false).count) == 1 }
  }

  @Test
  func `if the caller may block, no thread is started, and results are still cached`() async throws {
    store.script.withLock { $0.rows["a"] = "1" }
    try await DataSets.$mayBlock.withValue(true) {
      let set = try await store.open()
      for _ in 0..<3 {
        #expect(try await set.rows(for: "a", all: false).count == 1)
        #expect(try await set.rows(for: "b", all: false).isEmpty)
      }
    }
    #expect(store.questions.withLock { $0 } == ["a", "b"])
  }

  @Test
  func `a key that is missing in one spelling is found in another, and vice versa`() async throws {
    let (composed, decomposed) = ("m\u{FC}ller@example.com", "mu\u{308}ller@example.com")
    store.script.withLock { $0.rows[composed] = "1" }
    let set = try await store.open()
    #expect(try await set.rows(for: decomposed, all: false).isEmpty)
    #expect(try await set.rows(for: composed, all: false).count == 1)
    #expect(try await set.rows(for: decomposed, all: false).isEmpty)
    #expect(store.questions.withLock { $0.count } == 2)
  }

  @Test
  func `concurrent lookups of keys that only look the same are two queries`() async throws {
    let (composed, decomposed) = ("\u{E9}", "e\u{301}")
    store.script.withLock { ($0.rows[composed], $0.delay) = ("1", 200) }
    let set = try await store.open(cacheSeconds: 0)
    async let absent = set.rows(for: decomposed, all: false).isEmpty
    async let found = set.rows(for: composed, all: false).count
    #expect(try await absent)
    #expect(try await found == 1)
  }

  @Test
  func `a late negative result does not replace a row found since then`() async throws {
    let set = try await store.open(timeLimit: 200)
    store.script.withLock { $0.delay = 600 }
    await #expect(throws: DataSetError.self) { _ = try await set.rows(for: "a", all: false) }
    store.script.withLock { ($0.rows["a"], $0.delay) = ("1", 0) }
    #expect(try await set.rows(for: "a", all: false).count == 1)
    try await eventually("the late result has arrived", within: .seconds(5)) {
      self.store.answers.withLock { $0 } == 2
    }
    try await Task.sleep(for: .milliseconds(50))
    #expect(try await set.rows(for: "a", all: false).count == 1)
    #expect(store.questions.withLock { $0.count } == 2)
  }
}
