import Testing

@testable import DKIMDataSets
@testable import DataSetTestSupport

@Suite("Signing with tables in memcached", .enabled(if: MemcachedServer.isInstalled, "memcached is not installed"))
struct MemcacheSigningTests {
  @Test
  func `a message is signed with both tables in one memcached`() async throws {
    let server = try await MemcachedServer()
    try await SigningScene.run { scene in
      try put(scene, server)
      try await scene.expectSigned(
        keyTable: "memcache:\(server.name)/keys", signingTable: "memcache:\(server.name)/signing")
    }
  }

  @Test
  func `memcached stops and starts again while mail is signed`() async throws {
    // On a unix socket, because a memcached that is queried before it has its rows again would find nothing to sign.
    let server = try await MemcachedServer(onSocket: true)
    try await SigningScene.run { scene in
      try put(scene, server)
      try await scene.expectOutageIsSurvived(
        keyTable: "memcache:\(server.name)/keys", signingTable: "memcache:\(server.name)/signing",
        stop: { server.stop() }, start: { try await server.start { try put(scene, server, at: $0) } })
    }
  }

  @Test(.measuresTime)
  func `memcached does not respond for a while`() async throws {
    let server = try await MemcachedServer()
    defer { server.resume() }
    try await SigningScene.run { scene in
      try put(scene, server)
      try await scene.expectOutageIsSurvived(
        keyTable: "memcache:\(server.name)/keys", signingTable: "memcache:\(server.name)/signing", timeLimit: 1,
        stop: { server.pause() }, start: { server.resume() })
    }
  }

  private func put(_ scene: SigningScene, _ server: MemcachedServer, at location: ServerAddress? = nil) throws {
    try server.put([(scene.keyRow.name, scene.keyText)], prefix: "keys", at: location)
    try server.put([(scene.signingRow.pattern, scene.signingRow.key)], prefix: "signing", at: location)
  }
}
