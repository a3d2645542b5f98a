import DKIMConfiguration
import TestSupport
import Testing

@testable import DKIMDataSets
@testable import DataSetTestSupport

@Suite("Redis in trouble", .enabled(if: RedisServer.isInstalled, "redis-server is not installed"))
struct RedisTroubleTests {
  @Test("A server that is down keeps the program from starting, unless SoftStart is set")
  func down() async throws {
    let server = try await RedisServer()
    server.stop()
    let specification = "redis://127.0.0.1:\(server.port)/p"
    let refusal = await OpenedSet.refusal(specification)
    #expect(refusal?.contains("cannot be connected to: Connection refused") == true, "\(refusal ?? "")")
    let set = try await OpenedSet.open(specification, softStart: true)
    #expect(set.startProblem != nil)
    try await server.start()
    try server.put([("k", "v")], prefix: "p")
    try await eventually("it works", within: .seconds(2)) { (try? await set.text("k")) == "v" }
  }

  @Test("A server that goes and comes back is used again within a second")
  func outage() async throws {
    let server = try await RedisServer()
    let set = try await OpenedSet.open("redis://127.0.0.1:\(server.port)/p")
    try server.put([("k", "v")], prefix: "p")
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
      try server.put([("k", "v")], prefix: "p")
      try await eventually("it works", within: .seconds(2)) { (try? await set.text("k")) == "v" }
    }
    server.stop()
    try await server.start()
    #expect(try await set.text("k") == nil)
  }

  @Test("A server that says nothing fails a look-up and a walk in time, and is used again when it speaks")
  func silent() async throws {
    let server = try await RedisServer()
    try server.put([("k", "v")], prefix: "p")
    let set = try await OpenedSet.open("redis://127.0.0.1:\(server.port)/p", timeLimit: 1)
    #expect(try await set.text("k") == "v")
    server.pause()
    defer { server.resume() }
    for _ in 0..<2 {
      let (error, time) = await set.failure("k")
      guard case .temporary = error else { Issue.record("\(error.debugDescription)"); return }
      #expect(time < .seconds(4))
    }
    server.resume()
    try await eventually("it works", within: .seconds(2)) { (try? await set.text("k")) == "v" }
  }

  @Test(
    "Answers that are none of Redis fail at once",
    arguments: [
      "HTTP/1.1 400 Bad Request\r\n", "\r\n", "$\r\n", "$-2\r\n", "$99999999999999999999\r\n", "$1\r\nxx\r\n", "+OK\n",
      "*1\r\n*1\r\n*1\r\n*1\r\n", "%1\r\n", "\u{0}\r\n",
    ])
  func garbage(_ answer: String) async throws {
    let server = try await RepeatingServer(answer, then: .again)
    let start = ContinuousClock.now
    let refusal = await OpenedSet.refusal("redis://127.0.0.1:\(server.port)/p")
    #expect(ContinuousClock.now - start < .seconds(4))
    #expect(refusal?.contains("cannot be asked at present: 127.0.0.1:\(server.port): ") == true, "\(refusal ?? "")")
  }

  @Test(
    "Half an answer, an endless line, an endless list: an error in time",
    arguments: [
      ("$10\r\nhalf", RepeatingServer.End.close), ("$10\r\nhalf", .again), ("$-", .close), ("", .close),
      ("x", .endless),
      ("*99999999\r\n", .again), ("*99999999\r\n+x\r\n", .endless), ("+", .endless),
    ])
  func halves(_ answer: String, _ end: RepeatingServer.End) async throws {
    let server = try await RepeatingServer(answer, then: end)
    let start = ContinuousClock.now
    let refusal = await OpenedSet.refusal("redis://127.0.0.1:\(server.port)/p", timeLimit: 1)
    #expect(ContinuousClock.now - start < .seconds(4))
    #expect(refusal?.contains("cannot be asked at present") == true, "\(refusal ?? "")")
  }

  @Test(
    "What passes is for the moment; what does not keeps the program from starting even with SoftStart",
    arguments: [
      ("LOADING Redis is loading the dataset in memory", true), ("MASTERDOWN Link with MASTER is down", true),
      ("READONLY You can't write against a read only replica.", true), ("BUSY Redis is busy running a script.", true),
      ("ERR max number of clients reached", true), ("CLUSTERDOWN The cluster is down", true),
      ("DENIED Redis is running in protected mode", false), ("MOVED 3999 127.0.0.1:6381", false),
      ("NOAUTH Authentication required.", false), ("ERR unknown command 'GET'", false),
    ])
  func refusals(_ answer: String, _ passes: Bool) async throws {
    let server = try await RepeatingServer("-\(answer)\r\n", then: .again)
    let specification = "redis://127.0.0.1:\(server.port)/p"
    if passes {
      let set = try await OpenedSet.open(specification, softStart: true)
      guard case .temporary(let why) = set.startProblem else { Issue.record("no problem"); return }
      #expect(why.contains(answer))
    } else {
      let refusal = await OpenedSet.refusal(specification, softStart: true)
      #expect(refusal?.contains(answer) == true, "\(refusal ?? "")")
    }
  }

  @Test("Names that cannot be used")
  func names() async throws {
    #expect(await OpenedSet.refusal("redis:")?.contains("nothing stands behind") == true)
    let refusal = await OpenedSet.refusal("redis://secret@host/p")
    #expect(refusal?.contains("expected :PASSWORD@ or USER:PASSWORD@") == true, "\(refusal ?? "")")
    #expect(refusal?.contains("secret") == false)
    let blank = await OpenedSet.refusal("redis://:my secret@host:x/p")
    #expect(blank?.contains("redis://:***@host:x/p") == true, "\(blank ?? "")")
    #expect(blank?.contains("secret") == false && blank?.contains("my") == false)
  }
}
