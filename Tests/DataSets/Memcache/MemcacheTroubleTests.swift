import DKIMConfiguration
import Synchronization
import TestSupport
import Testing

@testable import DKIMDataSets
@testable import DataSetTestSupport

@Suite("memcached in trouble", .enabled(if: MemcachedServer.isInstalled, "memcached is not installed"))
struct MemcacheTroubleTests {
  @Test("A server that is down keeps the program from starting, unless SoftStart is set")
  func down() async throws {
    let server = try await MemcachedServer()
    server.stop()
    let specification = "memcache:\(server.name)/p"
    let refusal = await OpenedSet.refusal(specification)
    #expect(refusal?.contains("\(server.name): cannot be connected to: Connection refused") == true, "\(refusal ?? "")")
    let set = try await OpenedSet.open(specification, softStart: true)
    #expect(set.startProblem == .temporary("\(server.name): cannot be connected to: Connection refused"))
    try await server.start()
    try server.put([("k", "v")], prefix: "p")
    try await eventually("it works", within: .seconds(2)) { (try? await set.text("k")) == "v" }
  }

  @Test("A server that goes and comes back is used again within a second")
  func outage() async throws {
    let server = try await MemcachedServer()
    let set = try await OpenedSet.open("memcache:\(server.name)/p")
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
    // Nobody notices a start between two questions.
    server.stop()
    try await server.start()
    #expect(try await set.text("k") == nil)
  }

  @Test("A server that says nothing fails a look-up in its time, and is used again when it speaks")
  func silent() async throws {
    let server = try await MemcachedServer()
    try server.put([("k", "v")], prefix: "p")
    let set = try await OpenedSet.open("memcache:\(server.name)/p", timeLimit: 1)
    #expect(try await set.text("k") == "v")
    server.pause()
    defer { server.resume() }
    for _ in 0..<2 {
      let (error, time) = await set.failure("k")
      guard case .temporary = error else { Issue.record("\(error.debugDescription)"); return }
      #expect(time < .seconds(4))
    }
    let start = ContinuousClock.now
    _ = await OpenedSet.refusal("memcache:\(server.name)/p", timeLimit: 1)
    #expect(ContinuousClock.now - start < .seconds(4))
    server.resume()
    try await eventually("it works", within: .seconds(2)) { (try? await set.text("k")) == "v" }
  }

  @Test("Connections that come after the server stopped speaking do not hang")
  func manyAtOnce() async throws {
    let server = try await MemcachedServer()
    let set = try await OpenedSet.open("memcache:\(server.name)/p", timeLimit: 1)
    server.pause()
    defer { server.resume() }
    let start = ContinuousClock.now
    await withTaskGroup(of: Bool.self) { group in
      for number in 0..<50 { group.addTask { (try? await set.text("k\(number)")) == nil } }
      for await failed in group { #expect(failed) }
    }
    #expect(ContinuousClock.now - start < .seconds(8))
  }

  @Test(
    "Answers that are none of memcached fail at once",
    arguments: [
      "HTTP/1.1 400 Bad Request\r\n", "\r\n", "VALUE\r\n", "VALUE p: 0 -1\r\n", "VALUE p: 0 99999999999999999999\r\n",
      "VALUE q: 0 1\r\nx\r\nEND\r\n", "VALUE p: 0 1\r\nxx\r\nEND\r\n", "VALUE p: 0 1\r\nx\r\nNO\r\n", "END\n", "\n",
      "ERROR\r\n", "CLIENT_ERROR bad\r\n", "SERVER_ERROR out of memory\r\n", "\u{0}\u{1}\u{2}\r\n",
    ])
  func garbage(_ answer: String) async throws {
    let server = try await RepeatingServer(answer, then: .again)
    let start = ContinuousClock.now
    let refusal = await OpenedSet.refusal("memcache:127.0.0.1:\(server.port)/p")
    #expect(ContinuousClock.now - start < .seconds(4))
    #expect(refusal?.contains("cannot be asked at present: 127.0.0.1:\(server.port): ") == true, "\(refusal ?? "")")
  }

  @Test(
    "Half an answer, an endless line, an endless value: an error in time",
    arguments: [
      ("VALUE p: 0 10\r\nhalf", RepeatingServer.End.close), ("VALUE p: 0 10\r\nhalf", .again), ("EN", .close),
      ("", .close),
      ("x", .endless), ("VALUE p: 0 1048576\r\n", .endless), (String(repeating: "END", count: 1000), .endless),
    ])
  func halves(_ answer: String, _ end: RepeatingServer.End) async throws {
    let server = try await RepeatingServer(answer, then: end)
    let start = ContinuousClock.now
    let refusal = await OpenedSet.refusal("memcache:127.0.0.1:\(server.port)/p", timeLimit: 1)
    #expect(ContinuousClock.now - start < .seconds(4))
    #expect(refusal?.contains("cannot be asked at present") == true, "\(refusal ?? "")")
  }

  @Test("A server that asks for a password says so")
  func password() async throws {
    let server = try await RepeatingServer("CLIENT_ERROR unauthenticated\r\n", then: .again)
    let refusal = await OpenedSet.refusal("memcache:127.0.0.1:\(server.port)/p", softStart: true)
    #expect(refusal?.contains("asks for a password") == true, "\(refusal ?? "")")
  }

  @Test("Names that cannot be used")
  func names() async throws {
    #expect(await OpenedSet.refusal("memcache:")?.contains("nothing stands behind") == true)
    #expect(await OpenedSet.refusal("memcache:localhost")?.contains("no slash and prefix") == true)
    let refusal = await OpenedSet.refusal("memcache:no-such-host.invalid/p")
    #expect(refusal?.contains("the host \"no-such-host.invalid\" has no address") == true, "\(refusal ?? "")")
    let socket = await OpenedSet.refusal("memcache:/no/such/socket/p")
    #expect(socket?.contains("/no/such/socket: cannot be connected to: No such file") == true, "\(socket ?? "")")
  }
}
