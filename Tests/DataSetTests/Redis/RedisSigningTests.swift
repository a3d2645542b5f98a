import Glibc
import MilterTestSupport
import TestSupport
import Testing

@testable import DKIMDataSets
@testable import DataSetTestSupport

@Suite("Signing with tables in Redis", .enabled(if: RedisServer.isInstalled, "redis-server is not installed"))
struct RedisSigningTests {
  @Test
  func `a message is signed with both tables in one Redis`() async throws {
    let server = try await RedisServer(options: ["--requirepass", "secret"])
    try await SigningScene.run { scene in
      try put(scene, server, login: ["secret"])
      let url = "redis://:secret@127.0.0.1:\(server.port)/1"
      try await scene.expectSigned(keyTable: url + "/keys", signingTable: url + "/signing")
    }
  }

  @Test
  func `Redis stops and starts again while mail is signed`() async throws {
    let server = try await RedisServer()
    try await SigningScene.run { scene in
      try put(scene, server)
      let url = "redis://127.0.0.1:\(server.port)/1"
      try await scene.expectOutageIsSurvived(
        keyTable: url + "/keys", signingTable: url + "/signing",
        stop: { server.stop() }, start: { try await server.start() })
    }
  }

  @Test(.measuresTime)
  func `Redis does not respond for a while`() async throws {
    let server = try await RedisServer()
    defer { server.resume() }
    try await SigningScene.run { scene in
      try put(scene, server)
      let url = "redis://127.0.0.1:\(server.port)/1"
      try await scene.expectOutageIsSurvived(
        keyTable: url + "/keys", signingTable: url + "/signing", timeLimit: 1, stop: { server.pause() },
        start: { server.resume() })
    }
  }

  @Test
  func `Redis is down at startup, and at a reload`() async throws {
    let server = try await RedisServer()
    let url = "redis://127.0.0.1:\(server.port)/1"
    try await SigningScene.run { scene in
      try put(scene, server)
      server.stop()
      var setup = MilterSetup(
        "KeyTable \(url)/keys", "SigningTable \(url)/signing", "DataSetTimeout 1", "DataSetCacheTTL 0")
      let refused = try await Milter.fail(setup)
      #expect(refused.status == 78 && refused.log.contains("set SoftStart"), "\(refused)")
      setup.lines.append("SoftStart yes")
      try await Milter.run(setup, in: scene.folder) { milter in
        #expect(milter.log.contains("Connection refused"), "\(milter.log)")
        #expect(try await MailSession.deliver(Mail.outgoing(1), to: milter).isDeferred)
        try await server.start()
        try await expectSigned(milter)
        try milter.reconfigure(Array(setup.lines.dropLast()))
        server.stop()
        milter.process.signal(SIGUSR1)
        try await milter.waitForLog("configuration not reloaded")
        #expect(try await MailSession.deliver(Mail.outgoing(2), to: milter).isDeferred)
        try await server.start()
        try await expectSigned(milter)
      }
    }
  }

  /// Within a second, because the server may not be tried again before.
  private nonisolated(nonsending) func expectSigned(_ milter: Milter) async throws {
    try await eventually("mail is signed: \(milter.log.suffix(1000))", within: .seconds(2)) {
      let message = Mail.outgoing(3)
      let outcome = try await MailSession.deliver(message, to: milter)
      return await Mail.isSignedWell(outcome, message)
    }
  }

  private func put(_ scene: SigningScene, _ server: RedisServer, login: [String] = []) throws {
    try server.put([(scene.keyRow.name, scene.keyText)], prefix: "keys", database: 1, login: login)
    try server.put([(scene.signingRow.pattern, scene.signingRow.key)], prefix: "signing", database: 1, login: login)
    // On disk, so that a restarted server never responds without them.
    if login.isEmpty { try server.run([["SAVE"]]) }
  }
}
