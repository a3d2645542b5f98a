import Glibc
import Synchronization

@testable import DKIMConfiguration
@testable import DKIMDataSets

/// A store that is controlled by a test.
final class ScriptedStore: Sendable {
  struct Script: Sendable {
    var isDown = false
    var rows: [String: String] = [:]
    /// Duration of every lookup in milliseconds, whatever the deadline.
    var delay = 0
    /// Duration of opening and closing a connection in milliseconds.
    var openDelay = 0
    var closeDelay = 0
    /// Connecting gets no response until the deadline.
    var isSilent = false
  }

  let script = Mutex(Script())
  let questions = Mutex<[String]>([])
  let answers = Mutex(0)
  let connections = Mutex(0)
  let closed = Mutex(0)

  final class Connection: StoreConnection {
    private let store: ScriptedStore
    /// The start of the store to which the connection belongs.
    private var isBroken = false

    init(_ store: ScriptedStore) { self.store = store }

    deinit {
      let delay = store.script.withLock { $0.closeDelay }
      if delay > 0 { usleep(UInt32(delay) * 1000) }
      store.closed.withLock { $0 += 1 }
    }

    func rows(limit: Int, until deadline: Deadline) throws(DataSetError) -> [DataSetRow] {
      let script = store.script.withLock { $0 }
      if script.delay > 0 { usleep(UInt32(script.delay) * 1000) }
      return script.rows.prefix(limit).map { DataSetRow(key: $0.key, value: .text($0.value), location: nil) }
    }

    func row(for key: String, until deadline: Deadline) throws(DataSetError) -> DataSetRow? {
      let script = store.script.withLock { $0 }
      store.questions.withLock { $0.append(key) }
      defer { store.answers.withLock { $0 += 1 } }
      if script.delay > 0 { usleep(UInt32(script.delay) * 1000) }
      if script.isDown { isBroken = true }
      if isBroken { throw .temporary("the connection is gone") }
      // A store compares bytes.
      let value = script.rows.first { $0.key.utf8.elementsEqual(key.utf8) }?.value
      return value.map { DataSetRow(key: key, value: .text($0), location: nil) }
    }
  }

  func opener() -> StoreOpener {
    { deadline throws(DataSetError) in
      let script = self.script.withLock { $0 }
      if script.openDelay > 0 { usleep(UInt32(script.openDelay) * 1000) }
      if script.isSilent {
        usleep(UInt32(deadline.remaining) * 1000)
        throw .temporary("no answer in time")
      }
      if self.script.withLock({ $0.isDown }) { throw .temporary("connection refused") }
      self.connections.withLock { $0 += 1 }
      return Connection(self)
    }
  }

  func open(timeLimit: Int = 500, cacheSeconds: Int = 30, softStart: Bool = false) async throws -> RemoteDataSet {
    try await open(
      rules: RemoteDataSet.Rules(timeLimit: timeLimit, cacheSeconds: cacheSeconds), softStart: softStart)
  }

  func open(rules: RemoteDataSet.Rules, softStart: Bool = false) async throws -> RemoteDataSet {
    var options = DataSetOptions()
    options.softStart = softStart
    let request = DataSetRequest(kind: .redis, name: "", specification: "scripted:", location: nil, options: options)
    return try await RemoteDataSet.open(request, rules, opener())
  }
}
