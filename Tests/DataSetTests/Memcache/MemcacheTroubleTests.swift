import DKIMConfiguration
import Synchronization
import TestSupport
import Testing

@testable import DKIMDataSets
@testable import DataSetTestSupport

@Suite("memcached failures", .enabled(if: MemcachedServer.isInstalled, "memcached is not installed"), .measuresTime)
struct MemcacheTroubleTests {
  @Test(arguments: KeyValueCheck.allCases)
  func `works as every key-value server does`(_ check: KeyValueCheck) async throws {
    try await check.run(KeyValueChecks(MemcachedServer()))
  }

  @Test
  func `connections made after the server stopped responding do not hang`() async throws {
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

  @Test(arguments: [
    "HTTP/1.1 400 Bad Request\r\n", "\r\n", "VALUE\r\n", "VALUE p: 0 -1\r\n", "VALUE p: 0 99999999999999999999\r\n",
    "VALUE q: 0 1\r\nx\r\nEND\r\n", "VALUE p: 0 1\r\nxx\r\nEND\r\n", "VALUE p: 0 1\r\nx\r\nNO\r\n", "END\n", "\n",
    "ERROR\r\n", "CLIENT_ERROR bad\r\n", "SERVER_ERROR out of memory\r\n", "\u{0}\u{1}\u{2}\r\n",
  ])
  func `invalid responses fail immediately`(_ answer: String) async throws { try await strange(answer, then: .again) }

  @Test(arguments: [
    ("VALUE p: 0 10\r\nhalf", RepeatingServer.End.close), ("VALUE p: 0 10\r\nhalf", .again), ("EN", .close),
    ("", .close),
    ("x", .endless), ("VALUE p: 0 1048576\r\n", .endless), (String(repeating: "END", count: 1000), .endless),
  ])
  func `a partial response, an endless line, an endless value: an error in time`(
    _ answer: String, _ end: RepeatingServer.End
  ) async throws { try await strange(answer, then: end) }

  private func strange(_ answer: String, then end: RepeatingServer.End) async throws {
    try await KeyValueChecks.strange(answer, then: end) { "memcache:127.0.0.1:\($0)/p" }
  }

  @Test
  func `a server that requires a login is reported`() async throws {
    let server = try await RepeatingServer("CLIENT_ERROR unauthenticated\r\n", then: .again)
    let refusal = await OpenedSet.refusal("memcache:127.0.0.1:\(server.port)/p", softStart: true)
    #expect(refusal?.contains("requires a login") == true, "\(refusal ?? "")")
  }

  @Test
  func `invalid names`() async throws {
    #expect(await OpenedSet.refusal("memcache:")?.contains("missing name after") == true)
    #expect(await OpenedSet.refusal("memcache:localhost")?.contains("no slash and prefix") == true)
    let refusal = await OpenedSet.refusal("memcache:no-such-host.invalid/p")
    #expect(refusal?.contains("the host \"no-such-host.invalid\" cannot be resolved: ") == true, "\(refusal ?? "")")
    let socket = await OpenedSet.refusal("memcache:/no/such/socket/p")
    #expect(socket?.contains("/no/such/socket: cannot connect: No such file") == true, "\(socket ?? "")")
  }
}
