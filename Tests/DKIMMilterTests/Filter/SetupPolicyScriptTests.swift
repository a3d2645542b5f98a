#if Lua
  import DKIMConfiguration
  import DKIMCore
  import Milter
  import Testing

  @testable import DKIMMilter

  @Suite struct SetupPolicyScriptTests {
    /// Two keys: k1 signs for example.com by the SigningTable, k2 only if a script says so.
    private func tables() throws -> FilterScene {
      FilterScene.signing(
        table: [("example.com", "k1")],
        keys: [
          ("k1", "example.com", try FilterScene.request()),
          ("k2", "example.net", try FilterScene.request("example.net")),
        ])
    }

    private func outside(_ scene: FilterScene) -> FilterScene {
      var scene = scene
      scene.client = FilterScene().client
      return scene
    }

    @Test func `sign works for outside clients`() async throws {
      var scene = outside(try await FilterScene.signing(with: try FilterScene.request()))
      try scene.set(.setup, "if odkim.sign(ctx) ~= 1 then error('no') end")
      let verdict = await scene.run(FilterScene.plain)
      #expect(verdict.inserted.count == 1 && verdict.inserted[0].contains("d=example.com;"))
      scene.configuration.roles = .verify
      #expect(await scene.run(FilterScene.plain).edits.isEmpty, "Mode applies, as in OpenDKIM")
    }

    @Test func `the script's signature is added to those of the tables`() async throws {
      var scene = try tables()
      try scene.set(.setup, "odkim.sign(ctx, 'k2', 'me@example.net', 3) odkim.xtag(ctx, 'foo', 'bar')")
      let inserted = await scene.run(FilterScene.plain).inserted
      #expect(inserted.count == 2)
      #expect(inserted[0].contains("d=example.com;") && !inserted[0].contains("l="))
      #expect(inserted[1].contains("d=example.net;") && inserted[1].contains("i=me@example.net;"))
      #expect(inserted[1].contains("l=3;"))
      #expect(inserted.allSatisfy { $0.contains("foo=bar;") })
      scene.configuration.scripts.luaOnlySigning = true
      #expect(await scene.run(FilterScene.plain).inserted.count == 1)
    }

    /// The last lines of OpenDKIM's sample script depend on it.
    @Test func `get_dbhandle has no data sets, as in Debian's opendkim, so the settings sign`() async throws {
      var scene = try await FilterScene.signing(with: try FilterScene.request())
      try scene.set(
        .setup,
        """
        for _, name in ipairs({DB_DOMAINS, DB_THIRDPARTY, DB_DONTSIGNTO, DB_MTAS, DB_MACROS, DB_SIGNINGTABLE}) do
          if odkim.get_dbhandle(ctx, name) ~= nil then error('a data set') end
        end
        odkim.verify(ctx)
        """)
      let verdict = await scene.run(FilterScene.plain)
      #expect(verdict.reply == .accept)
      #expect(verdict.inserted.contains { $0.hasPrefix("DKIM-Signature:") && $0.contains("d=example.com;") })
    }

    @Test func `an unknown key is logged, and the message goes on`() async throws {
      var scene = outside(try tables())
      try scene.set(.setup, "odkim.export(ctx, 'n', odkim.sign(ctx, 'nokey'))")
      try scene.set(.final, "odkim.log(ctx, 'n=' .. n)")
      let verdict = await scene.run(FilterScene.plain)
      #expect(verdict.reply == .accept && verdict.inserted.isEmpty)
      #expect(verdict.lines == ["4ABCDEF: key 'nokey' not found", "n=0"])
    }

    @Test func `a table that cannot be read defers the message`() async throws {
      var scene = outside(FilterScene())
      scene.configuration.signing.keys = .scripted(KeyTable(Lists.Broken()))
      try scene.set(.setup, "pcall(odkim.sign, ctx, 'k')")
      #expect(await scene.run(FilterScene.plain).reply == .tempfail)
    }

    @Test func `signfor signs as the tables do for another address`() async throws {
      var scene = outside(try tables())
      try scene.set(
        .setup, "assert(odkim.signfor(ctx, 'x@example.com') == 1 and odkim.signfor(ctx, 'x@other.test') == 0)")
      let verdict = await scene.run(FilterScene.plain)
      #expect(verdict.inserted.count == 1, "\(verdict.lines)")
    }

    @Test func `an error defers the message and names the line`() async throws {
      var scene = FilterScene()
      try scene.set(.setup, "\nerror('boom')")
      let verdict = await scene.run(FilterScene.plain)
      #expect(verdict.reply == .tempfail)
      #expect(verdict.lines == ["4ABCDEF: dkimf_lua_setup_hook() failed: setup.lua:2: boom"])
    }

    @Test(arguments: [
      ("REJECT", MilterReply.reject), ("TEMPFAIL", .tempfail), ("DISCARD", .discard), ("ACCEPT", .accept),
    ])
    func `set_result ends the message`(name: String, reply: MilterReply) async throws {
      var scene = try tables()
      try scene.set(.setup, "odkim.set_result(ctx, SMFIS_\(name))")
      let verdict = await scene.run(FilterScene.plain)
      #expect(verdict.reply == reply && verdict.edits.isEmpty)
    }

    @Test func `replace_header changes what is hashed, and the result says so`() async throws {
      let request = try FilterScene.request()
      var scene = FilterScene()
      try scene.publish(request)
      var mail = try FilterScene.plain.signed([request])
      let from = try #require(mail.fields.firstIndex { $0.name == "From" })
      mail.fields[from].value = " Eve <alice@example.com>"
      #expect(await scene.run(mail).results?.contains("dkim=fail") == true)
      try scene.set(.setup, "odkim.replace_header(ctx, 'From', 0, 'Alice <alice@example.com>')")
      let results = try #require(await scene.run(mail).results)
      #expect(results.contains("dkim=pass") && results.contains("header replaced by SetupPolicyScript"), "\(results)")
    }

    @Test func `verify also verifies what is signed`() async throws {
      let request = try FilterScene.request()
      var scene = try await FilterScene.signing(with: request)
      try scene.publish(request)
      try scene.set(.setup, "odkim.verify(ctx)")
      let verdict = await scene.run(try FilterScene.plain.signed([request]))
      #expect(verdict.results?.contains("dkim=pass") == true)
      #expect(verdict.inserted.contains { $0.hasPrefix("DKIM-Signature:") })
    }

    @Test func `functions read the message`() async throws {
      var scene = FilterScene()
      scene.macros["{auth_authen}"] = "alice"
      try scene.set(
        .setup,
        """
        local user, domain = odkim.parse_field("Bob (x) <bob@Example.net>")
        for _, text in ipairs({
          odkim.get_envfrom(ctx), odkim.get_fromdomain(ctx), odkim.get_clienthost(ctx), odkim.get_clientip(ctx),
          odkim.internal_ip(ctx), odkim.get_rcpt(ctx, 0), odkim.get_rcptarray(ctx)[1], odkim.rcpt_count(ctx),
          odkim.get_header(ctx, "subject", 0), odkim.get_header(ctx, "From", -1), odkim.get_mtasymbol(ctx, "j"),
          odkim.get_mtasymbol(ctx, "{auth_authen}"), user, domain, tostring(odkim.get_header(ctx, "From", 1)),
          tostring(odkim.get_rcpt(ctx, 2)), tostring(odkim.check_popauth(ctx)), tostring(odkim.parse_field("bob")),
          tostring(odkim.get_dbhandle(ctx, DB_DOMAINS)), tostring(odkim.resign(ctx)),
        }) do odkim.log(ctx, text) end
        """)
      let lines = await scene.run(FilterScene.plain).lines
      #expect(
        lines == [
          "alice@example.com", "example.com", "mail.remote.test", "198.51.100.66", "0", "bob@example.net",
          "bob@example.net", "1", " Hi", " Alice <alice@example.com>", "mx.example.org", "alice", "bob", "Example.net",
          "nil", "nil", "nil", "nil", "nil", "nil",
        ])
    }

    @Test func `export passes pairs of a name and a value to the final script`() async throws {
      var scene = FilterScene()
      try scene.set(.setup, "odkim.export(ctx, 'a', 'x', 'b', 'y')")
      try scene.set(.final, "odkim.log(ctx, a .. b .. tostring(x) .. tostring(y))")
      let lines = await scene.run(FilterScene.plain).lines
      #expect(lines.contains("xynilnil"), "\(lines)")
    }

    @Test func `data sets, and whether the client is internal`() async throws {
      var scene = try await FilterScene.signing(with: try FilterScene.request())
      try scene.set(
        .setup,
        """
        local first, second = odkim.db_open('csl:alpha'), odkim.db_open('csl:beta')
        odkim.log(ctx, odkim.db_check(first, 'alpha') .. odkim.db_check(first, 'beta') .. odkim.db_check(second, 'beta'))
        odkim.log(ctx, 'internal ' .. odkim.internal_ip(ctx))
        """)
      let lines = await scene.run(FilterScene.plain).lines
      #expect(lines.contains("101") && lines.contains("internal 1"), "\(lines)")
      let others = await outside(scene).run(FilterScene.plain).lines
      #expect(others.contains("internal 0"), "\(others)")
    }

    @Test func `the explanation shows each call`() async throws {
      var scene = try tables()
      try scene.set(.setup, "odkim.sign(ctx, 'k2')")
      let explanation = await scene.run(FilterScene.plain).explanation.description
      #expect(explanation.contains(#". odkim.sign(ctx, "k2") = 1"#), "\(explanation)")
      #expect(explanation.contains("the script setup.lua ran (SetupPolicyScript)"), "\(explanation)")
    }

    /// A scene for outside mail, in which a script signs and verifies.
    private func gateway(_ script: String = "odkim.sign(ctx) odkim.verify(ctx)") async throws -> (
      scene: FilterScene, request: SigningRequest
    ) {
      let request = try FilterScene.request()
      var scene = outside(try await FilterScene.signing(with: request))
      try scene.publish(request)
      try scene.set(.setup, script)
      return (scene, request)
    }

    @Test(arguments: ["odkim.sign(ctx) odkim.verify(ctx)", "odkim.sign(ctx)"])
    func `a recipient in DontSignMailTo does not prevent the verification`(script: String) async throws {
      var (scene, request) = try await gateway(script)
      scene.configuration.origin.dontSignMailTo = try await Lists.members("bob@example.net")
      scene.configuration.actions.badSignature = .reject
      var mail = try FilterScene.plain.signed([request])
      let verdict = await scene.run(mail)
      #expect(verdict.inserted.count == 1 && verdict.results?.contains("dkim=pass") == true)
      mail.body = "Bye\r\n"
      #expect(await scene.run(mail).reply == .reject("bad DKIM signature data"))
      scene.configuration.origin.dontSignMailTo = nil
      scene.configuration.roles = .verify
      #expect(await scene.run(mail).reply == .reject("bad DKIM signature data"), "Mode v")
    }

    @Test func `forged results are removed from mail that a script signs without verifying it`() async throws {
      let request = try FilterScene.request()
      var scene = outside(try await FilterScene.signing(with: request))
      scene.configuration.scripts.luaOnlySigning = true
      try scene.set(.setup, "odkim.sign(ctx)")
      var mail = FilterScene.plain
      mail.fields.insert(("Authentication-Results", " mx.example.org; dkim=pass"), at: 0)
      let edits = await scene.run(mail).edits
      #expect(edits.contains(.deleteHeader(name: "Authentication-Results", index: 1)), "\(edits)")
    }

    @Test func `signatures do not cover Authentication-Results fields that change`() async throws {
      var (scene, request) = try await gateway()
      scene.configuration.signing.oversignHeaders = ["From", "Authentication-Results"]
      for script in ["odkim.sign(ctx) odkim.verify(ctx)", "odkim.sign(ctx)"] {
        try scene.set(.setup, script)
        let verdict = await scene.run(try FilterScene.plain.signed([request]))
        let field = try #require(verdict.inserted.first { $0.hasPrefix("DKIM-Signature") })
        #expect(field.lowercased().contains("from") && !field.lowercased().contains("authentication-results"))
      }
    }

    @Test func `a forged result is removed from outside mail that cannot be signed`() async throws {
      var (scene, _) = try await gateway("odkim.sign(ctx)")
      scene.configuration.actions.signatureError = .accept
      scene.configuration.results.authservID = "mx.example.org"
      var mail = FilterScene.plain
      mail.fields.append(("From", " b@example.com"))
      mail.fields.append(("Authentication-Results", " mx.example.org; dkim=pass header.d=example.com"))
      let verdict = await scene.run(mail)
      #expect(verdict.reply == .accept && verdict.counts == [.signingFailed])
      #expect(verdict.deleted("Authentication-Results") == [1])
    }

    @Test func `a negative length means the whole body`() async throws {
      var scene = outside(try tables())
      try scene.set(.setup, "odkim.sign(ctx, 'k2', 'me@example.net', -1)")
      let inserted = await scene.run(FilterScene.plain).inserted
      #expect(inserted.count == 1 && !inserted[0].contains("l="))
    }

    @Test func `a key that cannot be loaded or used does not let a message leave unsigned`() async throws {
      var scene = outside(
        FilterScene.signing(table: [], keys: [("k2", "example.net", try FilterScene.request("example.net"))]))
      scene.configuration.signing.keys = .scripted(
        KeyTable(Lists.Rows(rows: [("k1", "example.com:s:/nonexistent/key")])))
      try scene.set(.setup, "odkim.sign(ctx, 'k1')")
      #expect(await scene.run(FilterScene.plain).reply == .tempfail)
      scene = outside(try tables())
      scene.configuration.signing.signatureAlgorithm = .rsa
      try scene.set(.setup, "odkim.sign(ctx, 'k2')")
      #expect(await scene.run(FilterScene.plain).reply == .reject("DKIM signing error"))
    }

    @Test func `a failure before the script has answered defers the message, also with Mode v`() async throws {
      var scene = FilterScene()
      scene.configuration.roles = .verify
      scene.configuration.actions.internalError = .accept
      scene.configuration.origin.internalHosts = HostList(Lists.Broken())
      #expect(await scene.run(FilterScene.plain).reply == .accept)
      try scene.set(.setup, "pcall(odkim.internal_ip, ctx)")
      #expect(await scene.run(FilterScene.plain).reply == .tempfail)
      let policy = MailPolicy(scene.configuration, hostName: "host.example.org")
      let facts = policy.message(from: scene.client).facts
      guard case .act(.tempfail, .internal) = Decider(facts, scene.configuration).late("late").action else {
        Issue.record("a decision that is late is not deferred")
        return
      }
    }

    @Test func `settings for signing do not change what is verified`() async throws {
      let request = try FilterScene.request("other.example")
      var scene = try await FilterScene.signing(with: try FilterScene.request())
      try scene.publish(request)
      scene.configuration.signing.identityHeader = "X-Identity"
      scene.configuration.signing.removesIdentityHeader = true
      var mail = FilterScene.plain
      mail.fields.insert(("X-Identity", " bob@example.com"), at: 0)
      mail = try mail.signed([request])
      mail.fields.insert(("X-Identity", " bob@example.com"), at: 0)
      try scene.set(.setup, "odkim.replace_header(ctx, 'Subject', 0, 'Hi') odkim.verify(ctx)")
      try scene.set(.screen, "odkim.sig_ignore(odkim.get_sighandle(ctx, 0))")
      let ignored = await scene.run(mail)
      #expect(ignored.results?.contains("other.example") != true, "\(ignored.inserted) \(ignored.explanation)")
      try scene.set(.screen, "")
      #expect(await scene.run(mail).results?.contains("dkim=pass") == true)
    }

    @Test func `IdentityHeader applies to the signatures of a script`() async throws {
      var scene = try await FilterScene.signing(with: try FilterScene.request())
      scene.configuration.scripts.luaOnlySigning = true
      scene.configuration.signing.identityHeader = "X-Identity"
      scene.configuration.signing.removesIdentityHeader = true
      try scene.set(.setup, "odkim.sign(ctx)")
      var mail = FilterScene.plain
      mail.fields.append(("X-Identity", " bob@example.com"))
      let verdict = await scene.run(mail)
      #expect(verdict.inserted.first?.contains("i=bob@example.com;") == true)
      #expect(verdict.deleted("X-Identity") == [1])
    }

    @Test func `a password in the name of a data set is not shown`() {
      let name = ScriptValue.string("dsn:pgsql://user:secret@db.example/x")
      #expect(!ScriptArguments(.dbOpen, [name]).description.contains("secret"))
      #expect(ScriptArguments(.dbOpen, [name]).description.contains("db.example"))
      #expect(ScriptArguments(.log, [name]).description.contains("secret"))
    }

    @Test func `scripts are not given an incomplete list of recipients`() async throws {
      var scene = FilterScene()
      try scene.set(.setup, "odkim.get_rcptarray(ctx)")
      var mail = FilterScene.plain
      #expect(await scene.run(mail).reply == .accept)
      mail.recipients.append("<" + String(repeating: "x", count: 3000) + "@example.net>")
      #expect(await scene.run(mail).reply == .tempfail)
    }
  }
#endif
