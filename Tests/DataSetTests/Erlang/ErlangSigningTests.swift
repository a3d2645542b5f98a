@testable import DataSetTestSupport

#if Erlang
  import Testing

  @Suite("Signing with tables on Erlang nodes", .enabled(if: ErlangMapper.isInstalled, "erlang-base is not installed"))
  struct ErlangSigningTests {
    /// A node with the rows of both tables.
    private func node(for scene: SigningScene) async throws -> ErlangNode {
      let (name, domain, selector, path) = scene.keyRow
      let (pattern, key) = scene.signingRow
      return try await ErlangNode(
        functions: """
          keys(<<"\(name)">>) -> {ok, {<<"\(domain)">>, <<"\(selector)">>, <<"\(path)">>}};
          keys(_) -> not_found.
          signing(<<"\(pattern)">>) -> {ok, <<"\(key)">>};
          signing(_) -> not_found.

          """)
    }

    @Test
    func `a message is signed with both tables on one node`() async throws {
      try await SigningScene.run { scene in
        let node = try await node(for: scene)
        try await scene.expectSigned(
          keyTable: node.specification("keys"), signingTable: node.specification("signing"))
      }
    }

    @Test
    func `a node stops and starts again while mail is signed`() async throws {
      try await SigningScene.run { scene in
        let node = try await node(for: scene)
        try await scene.expectOutageIsSurvived(
          keyTable: node.specification("keys"), signingTable: node.specification("signing"),
          stop: { node.stop() }, start: { try await node.start() })
      }
    }

    @Test
    func `a node stops responding and responds again while mail is signed`() async throws {
      try await SigningScene.run { scene in
        let node = try await node(for: scene)
        try await scene.expectOutageIsSurvived(
          keyTable: node.specification("keys"), signingTable: node.specification("signing"), timeLimit: 1,
          stop: { try await node.pause() }, start: { node.resume() })
      }
    }
  }
#endif
