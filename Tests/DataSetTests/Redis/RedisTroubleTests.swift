import DKIMConfiguration
import TestSupport
import Testing

@testable import DKIMDataSets
@testable import DataSetTestSupport

@Suite("Redis failures", .enabled(if: RedisServer.isInstalled, "redis-server is not installed"), .measuresTime)
struct RedisTroubleTests {
  @Test(arguments: KeyValueCheck.allCases)
  func `works as every key-value server does`(_ check: KeyValueCheck) async throws {
    try await check.run(KeyValueChecks(RedisServer()))
  }

  @Test(arguments: [
    "HTTP/1.1 400 Bad Request\r\n", "\r\n", "$\r\n", "$-2\r\n", "$99999999999999999999\r\n", "$1\r\nxx\r\n", "+OK\n",
    "*1\r\n*1\r\n*1\r\n*1\r\n", "%1\r\n", "\u{0}\r\n",
  ])
  func `invalid responses fail immediately`(_ answer: String) async throws { try await strange(answer, then: .again) }

  @Test(arguments: [
    ("$10\r\nhalf", RepeatingServer.End.close), ("$10\r\nhalf", .again), ("$-", .close), ("", .close),
    ("x", .endless),
    ("*99999999\r\n", .again), ("*99999999\r\n+x\r\n", .endless), ("+", .endless),
  ])
  func `a partial response, an endless line, an endless list: an error in time`(
    _ answer: String, _ end: RepeatingServer.End
  ) async throws { try await strange(answer, then: end) }

  private func strange(_ answer: String, then end: RepeatingServer.End) async throws {
    try await KeyValueChecks.strange(answer, then: end) { "redis://127.0.0.1:\($0)/p" }
  }

  @Test(arguments: [
    ("LOADING Redis is loading the dataset in memory", true), ("MASTERDOWN Link with MASTER is down", true),
    ("READONLY You can't write against a read only replica.", true), ("BUSY Redis is busy running a script.", true),
    ("ERR max number of clients reached", true), ("CLUSTERDOWN The cluster is down", true),
    ("DENIED Redis is running in protected mode", false), ("MOVED 3999 127.0.0.1:6381", false),
    ("NOAUTH Authentication required.", false), ("ERR unknown command 'GET'", false),
  ])
  func `some errors are temporary; others prevent startup even with SoftStart`(_ answer: String, _ passes: Bool)
    async throws
  {
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

  @Test
  func `invalid names`() async throws {
    #expect(await OpenedSet.refusal("redis:")?.contains("missing name after") == true)
    let refusal = await OpenedSet.refusal("redis://secret@host/p")
    #expect(refusal?.contains("expected :PASSWORD@ or USER:PASSWORD@") == true, "\(refusal ?? "")")
    #expect(refusal?.contains("secret") == false)
    let blank = await OpenedSet.refusal("redis://:my secret@host:x/p")
    #expect(blank?.contains("redis://:***@host:x/p") == true, "\(blank ?? "")")
    #expect(blank?.contains("secret") == false && blank?.contains("my") == false)
  }
}
