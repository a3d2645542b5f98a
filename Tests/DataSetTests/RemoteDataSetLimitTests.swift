import Synchronization
import TestSupport
import Testing

@testable import DKIMConfiguration
@testable import DKIMDataSets

/// Guarantees that do not depend on the store or the caller.
@Suite("Limits of data sets on a server", .measuresTime)
struct RemoteDataSetLimitTests {
  private let store = ScriptedStore()

  private func time(_ body: nonisolated(nonsending) () async throws -> Void) async throws -> Duration {
    let start = ContinuousClock.now
    try await body()
    return ContinuousClock.now - start
  }

  @Test
  func `opening that does not end fails in time, and is a temporary problem with SoftStart`() async throws {
    store.script.withLock { ($0.openDelay, $0.rows["a"]) = (2000, "1") }
    let duration = try await time {
      let error = await #expect(throws: DataSetOpenError.self) { _ = try await store.open(timeLimit: 200) }
      #expect(error.map { "\($0)" }?.contains("no response within 200 ms") == true)
    }
    #expect(duration < .milliseconds(800))
    let set = try await store.open(timeLimit: 200, softStart: true)
    #expect(set.startProblem == .temporary("no response within 200 ms"))
    store.script.withLock { $0.openDelay = 0 }
    try await eventually("it works", within: .seconds(1)) { (try? await set.rows(for: "a", all: false).count) == 1 }
  }

  @Test
  func `an endless listing is stopped after some time limits`() async throws {
    let set = try await store.open(timeLimit: 50)
    store.script.withLock { $0.delay = 5000 }
    let duration = try await time {
      await #expect(throws: DataSetError.temporary("no response within 600 ms")) { _ = try await set.allRows() }
    }
    #expect(duration < .milliseconds(1500))
  }

  @Test
  func `if a store accepts no connection, a listing fails as fast as a lookup`() async throws {
    store.script.withLock { $0.isSilent = true }
    let duration = try await time {
      let set = try await store.open(timeLimit: 200, softStart: true)
      #expect(set.startProblem != nil)
      await #expect(throws: DataSetError.self) { _ = try await set.allRows() }
    }
    #expect(duration < .seconds(1))
  }

  @Test
  func `a silent server delays a soft start only for some time limits`() async throws {
    let server = try await SpeakingServer(first: [])
    for mayBlock in [false, true] {
      let duration = try await time {
        try await DataSets.$mayBlock.withValue(mayBlock) {
          let set = try await OpenedSet.open("redis://127.0.0.1:\(server.port)/p", timeLimit: 1, softStart: true)
          #expect(set.startProblem != nil)
          await #expect(throws: DataSetError.self) { _ = try await set.allRows() }
        }
      }
      #expect(duration < .seconds(4))
    }
  }

  @Test
  func `the number of lookups that wait for blocked threads is limited`() async throws {
    var rules = RemoteDataSet.Rules(timeLimit: 100, cacheSeconds: 0)
    rules.mostQueued = 20
    let set = try await store.open(rules: rules)
    store.script.withLock { $0.delay = 1500 }
    for round in 0..<3 {
      let errors = await withTaskGroup(of: DataSetError?.self) { group in
        for number in 0..<40 {
          group.addTask {
            do throws(DataSetError) {
              _ = try await set.rows(for: "\(round) \(number)", all: false)
              return nil
            } catch {
              return error
            }
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      let refused = errors.count { $0 == .temporary("too many concurrent lookups") }
      #expect(refused >= (round == 0 ? 16 : 36))
      #expect(!errors.contains(nil))
    }
    store.script.withLock { ($0.delay, $0.rows["a"]) = (0, "1") }
    try await eventually("it works again", within: .seconds(5)) {
      (try? await set.rows(for: "a", all: false).count) == 1
    }
  }

  @Test
  func `releasing a set does not wait until its connections are closed`() async throws {
    store.script.withLock { ($0.closeDelay, $0.rows["a"]) = (1000, "1") }
    for asks in [false, true] {
      store.closed.withLock { $0 = 0 }
      var set: RemoteDataSet? = try await store.open()
      if asks { _ = try await set?.rows(for: "a", all: false) }
      // The thread of the lookup no longer uses the connection.
      try await Task.sleep(for: .milliseconds(50))
      let start = ContinuousClock.now
      set = nil
      #expect(ContinuousClock.now - start < .milliseconds(500))
      try await eventually("the connection is closed", within: .seconds(5)) { store.closed.withLock { $0 } == 1 }
    }
  }

  @Test
  func `other lookups continue while unusable connections are closed`() async throws {
    store.script.withLock { ($0.rows["a"], $0.delay) = ("1", 200) }
    let set = try await store.open(timeLimit: 2000, cacheSeconds: 0)
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<4 { group.addTask { _ = try? await set.rows(for: "\(number)", all: false) } }
    }
    #expect(store.connections.withLock { $0 } == 4)
    store.script.withLock { ($0.delay, $0.closeDelay, $0.isDown) = (0, 300, true) }
    async let first = try? set.rows(for: "b", all: false)
    try await Task.sleep(for: .milliseconds(100))
    store.script.withLock { $0.isDown = false }
    let duration = try await time {
      let count = try await set.rows(for: "a", all: false).count
      #expect(count == 1)
    }
    #expect(duration < .milliseconds(300))
    _ = await first
  }

  @Test
  func `connections made at startup are not kept for the filter`() async throws {
    store.script.withLock { $0.rows["a"] = "1" }
    let set = try await DataSets.$mayBlock.withValue(true) {
      let set = try await store.open()
      #expect(store.closed.withLock { $0 } == 1)
      #expect(try await set.allRows().count == 1)
      #expect(store.closed.withLock { $0 } == 2)
      return set
    }
    #expect(try await set.rows(for: "a", all: false).count == 1)
    #expect(store.connections.withLock { $0 } == 3)
    let other = try await store.open()
    #expect(try await other.rows(for: "a", all: false).count == 1)
    #expect(store.connections.withLock { $0 } == 4)
  }
}
