#if Lua
  import Testing
  import TestSupport

  @Suite("Signing with tables in scripts")
  struct LuaSigningTests {
    @Test
    func `a message is signed with a script for each table`() async throws {
      try await SigningScene.run { scene in
        let (name, domain, selector, path) = scene.keyRow
        let (pattern, key) = scene.signingRow
        try write("if query == '\(name)' then return '\(domain)', '\(selector)', '\(path)' end", to: "keys", in: scene)
        try write("return ({ ['\(pattern)'] = '\(key)' })[query]", to: "signing", in: scene)
        try await scene.expectSigned(
          keyTable: "lua:\(scene.folder)/keys.lua", signingTable: "lua:\(scene.folder)/signing.lua")
      }
    }

    private func write(_ script: String, to name: String, in scene: SigningScene) throws {
      try TestFiles.write(
        Array(script.utf8), to: "\(scene.folder)/\(name).lua", permissions: [.ownerReadWrite, .groupRead, .otherRead])
    }
  }
#endif
