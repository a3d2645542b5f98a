#if Lua
  import MilterPeer
  import MilterTestSupport
  import Testing
  import TestSupport

  @Suite("Policy scripts in the filter")
  struct LuaPolicyMilterTests {
    private func write(_ script: String, to name: String, in scene: SigningScene) throws {
      try TestFiles.write(
        Array(script.utf8), to: "\(scene.folder)/\(name).lua", permissions: [.ownerReadWrite, .groupRead, .otherRead])
    }

    private func setup(_ lines: [String], in scene: SigningScene) -> MilterSetup {
      var setup = MilterSetup()
      setup.lines = ["KeyTable csl:\(scene.keyRow.name)=\(scene.keyText)"] + lines
      return setup
    }

    @Test
    func `SetupPolicyScript signs mail of an outside client`() async throws {
      try await SigningScene.run { scene in
        try write(
          "local d = odkim.db_open('csl:\(Mail.ours)')\n"
            + "if odkim.db_check(d, odkim.get_fromdomain(ctx)) == 1 then\n"
            + "  assert(odkim.sign(ctx, '\(scene.keyRow.name)') == 1)\nend\n", to: "setup", in: scene)
        let setup = setup(["SetupPolicyScript \(scene.folder)/setup.lua"], in: scene)
        try await Milter.run(setup, in: scene.folder) { milter in
          let message = Mail.outgoing()
          let outcome = try await MailSession.deliver(message, to: milter, from: MailSession.outside)
          #expect(await Mail.isSignedWell(outcome, message), "\(milter.log.suffix(2000))")
          let other = try await MailSession.deliver(
            Mail.message(from: "x@other.example", 2), to: milter, from: MailSession.outside)
          #expect(other.isAccepted && other.inserted("DKIM-Signature").isEmpty)
        }
      }
    }

    @Test
    func `an error of a script defers the message and is logged`() async throws {
      try await SigningScene.run { scene in
        try write("\nerror('boom')\n", to: "final", in: scene)
        let setup = setup(
          ["SetupPolicyScript \(scene.folder)/empty.lua", "FinalPolicyScript \(scene.folder)/final.lua"], in: scene)
        try write("-- nothing", to: "empty", in: scene)
        try await Milter.run(setup, in: scene.folder) { milter in
          let outcome = try await MailSession.deliver(Mail.outgoing(), to: milter, from: MailSession.outside)
          #expect(outcome.isDeferred)
          // The line is written while the reply is sent.
          try await eventually("the error is logged") {
            milter.log.contains("dkimf_lua_final_hook() failed: final.lua:2: boom")
          }
        }
      }
    }
  }
#endif
