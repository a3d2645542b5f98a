import DKIMConfiguration
import TestSupport
import Testing

@testable import DKIMDataSets
@testable import DataSetTestSupport

/// A key-value server that loses its data when it stops.
protocol KeyValueServer: Sendable {
  /// The specification of a data set for the keys with the prefix `p`.
  var specification: String { get }
  func start() async throws
  func stop()
  func pause()
  func resume()
  func put(_ rows: [(key: String, value: String)]) throws
}

/// A check that every key-value server has to pass; the raw value is the name of the test.
enum KeyValueCheck: String, CaseIterable, CustomTestStringConvertible, Sendable {
  case down = "a server that is down keeps the program from starting, unless SoftStart is set"
  case outage = "a restarted server is used again within a second"
  case silence = "a lookup on a silent server fails in time, and the server is used again when it responds"

  var testDescription: String { rawValue }

  nonisolated(nonsending) func run(_ checks: KeyValueChecks) async throws {
    switch self {
    case .down: try await checks.down()
    case .outage: try await checks.outage()
    case .silence: try await checks.silence()
    }
  }
}

/// Checks for failures of a key-value server.
struct KeyValueChecks {
  let server: any KeyValueServer
  private let row = [(key: "k", value: "v")]

  init(_ server: any KeyValueServer) {
    self.server = server
  }

  /// A server that is down prevents startup, unless SoftStart is set.
  nonisolated(nonsending) func down() async throws {
    server.stop()
    let refusal = await OpenedSet.refusal(server.specification)
    #expect(refusal?.contains("cannot connect: Connection refused") == true, "\(refusal ?? "")")
    let set = try await OpenedSet.open(server.specification, softStart: true)
    guard case .temporary(let why) = set.startProblem else { Issue.record("no problem"); return }
    #expect(why.hasSuffix(": cannot connect: Connection refused"))
    try await server.start()
    try server.put(row)
    try await eventually("it works", within: .seconds(2)) { (try? await set.text("k")) == "v" }
  }

  /// A restarted server is used again within a second.
  nonisolated(nonsending) func outage() async throws {
    let set = try await OpenedSet.open(server.specification)
    try server.put(row)
    for _ in 0..<2 {
      #expect(try await set.text("k") == "v")
      server.stop()
      for _ in 0..<20 {
        let (error, time) = await set.failure("k")
        guard case .temporary = error else { Issue.record("\(error.debugDescription)"); return }
        #expect(time < .seconds(2))
        try await Task.sleep(for: .milliseconds(20))
      }
      try await server.start()
      try server.put(row)
      try await eventually("it works", within: .seconds(2)) { (try? await set.text("k")) == "v" }
    }
    // A restart between two lookups causes no error.
    server.stop()
    try await server.start()
    #expect(try await set.text("k") == nil)
  }

  /// The server is silent: lookups and connections fail in time, and work when it responds again.
  nonisolated(nonsending) func silence() async throws {
    try server.put(row)
    let set = try await OpenedSet.open(server.specification, timeLimit: 1)
    #expect(try await set.text("k") == "v")
    server.pause()
    defer { server.resume() }
    for _ in 0..<2 {
      let (error, time) = await set.failure("k")
      guard case .temporary = error else { Issue.record("\(error.debugDescription)"); return }
      #expect(time < .seconds(4))
    }
    let start = ContinuousClock.now
    #expect(await OpenedSet.refusal(server.specification, timeLimit: 1) != nil)
    #expect(ContinuousClock.now - start < .seconds(4))
    server.resume()
    try await eventually("it works", within: .seconds(2)) { (try? await set.text("k")) == "v" }
  }

  /// An invalid or incomplete response is an error in time.
  nonisolated(nonsending) static func strange(
    _ answer: String, then end: RepeatingServer.End, specification: (Int) -> String
  ) async throws {
    let server = try await RepeatingServer(answer, then: end)
    let start = ContinuousClock.now
    // A response without end is refused for its size, which a busy machine may need more than a second to receive.
    let timeLimit = end == .endless ? 10 : 1
    let refusal = await OpenedSet.refusal(specification(server.port), timeLimit: timeLimit)
    #expect(ContinuousClock.now - start < .seconds(timeLimit + 3))
    #expect(refusal?.contains("is temporarily unavailable: 127.0.0.1:\(server.port): ") == true, "\(refusal ?? "")")
  }
}

extension MemcachedServer: KeyValueServer {
  var specification: String { "memcache:\(name)/p" }
  func start() async throws { try await start(filling: { _ in }) }
  func put(_ rows: [(key: String, value: String)]) throws { try put(rows, prefix: "p") }
}

extension RedisServer: KeyValueServer {
  var specification: String { "redis://127.0.0.1:\(port)/p" }
  func put(_ rows: [(key: String, value: String)]) throws { try put(rows, prefix: "p") }
}
