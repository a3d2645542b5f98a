#if Lua
  import DKIMConfiguration
  import DKIMCore
  import Milter
  import Testing

  @testable import DKIMMilter

  @Suite struct FinalPolicyScriptTests {
    /// Mail without a good signature is refused; from other mail, the signatures are removed. It counts as chatmail's
    /// script does, from 1.
    private static let strict = """
      local good, why = false, "No valid DKIM signature found."
      local count = odkim.get_sigcount(ctx)
      for index = 0, count - 1 do
        local result = odkim.sig_result(odkim.get_sighandle(ctx, index))
        if result == 0 then good = true else why = "error code " .. tostring(result) end
      end
      if good then
        for index = count, 1, -1 do odkim.del_header(ctx, "DKIM-Signature", index) end
      else
        odkim.set_reply(ctx, "554", "5.7.1", why)
        odkim.set_result(ctx, SMFIS_REJECT)
      end
      """
    private static let screen = """
      for index = 0, odkim.get_sigcount(ctx) - 1 do
        local handle = odkim.get_sighandle(ctx, index)
        if odkim.sig_getdomain(handle) ~= odkim.get_fromdomain(ctx) then odkim.sig_ignore(handle) end
      end
      """

    @Test func `a script refuses mail without a good signature`() async throws {
      let request = try FilterScene.request()
      var scene = FilterScene()
      try scene.publish(request)
      try scene.set(.final, Self.strict)
      #expect(
        await scene.run(FilterScene.plain).reply
          == .refuse(code: 554, enhanced: "5.7.1", text: "No valid DKIM signature found."))
      var mail = try FilterScene.plain.signed([request])
      let verdict = await scene.run(mail)
      #expect(verdict.reply == .accept && verdict.results?.contains("dkim=pass") == true)
      #expect(verdict.deleted("DKIM-Signature") + verdict.deleted("dkim-signature") == [1])
      mail.body = "Other\r\n"
      #expect(await scene.run(mail).reply == .refuse(code: 554, enhanced: "5.7.1", text: "error code 28"))
      // The settings refuse it, too; the reply is that of the script, as in OpenDKIM.
      scene.configuration.actions.badSignature = .reject
      #expect(await scene.run(mail).reply == .refuse(code: 554, enhanced: "5.7.1", text: "error code 28"))
    }

    @Test func `ignored signatures are not verified`() async throws {
      let (ours, other) = (try FilterScene.request(), try FilterScene.request("other.example"))
      var scene = FilterScene()
      try scene.publish(ours)
      try scene.publish(other)
      try scene.set(.screen, Self.screen)
      var verdict = await scene.run(try FilterScene.plain.signed([ours, other]))
      #expect(verdict.results?.contains("header.d=example.com") == true)
      #expect(verdict.results?.contains("other.example") == false)
      scene.configuration.actions.noSignature = .reject
      verdict = await scene.run(try FilterScene.plain.signed([other]))
      #expect(verdict.reply == .reject("no DKIM signature data"))
      try scene.set(
        .final, "odkim.log(ctx, odkim.get_sigcount(ctx) .. ' ' .. odkim.sig_result(odkim.get_sigarray(ctx)[1]))")
      verdict = await scene.run(try FilterScene.plain.signed([other]))
      #expect(verdict.lines.contains("1 -1"), "\(verdict.lines)")
    }

    @Test func `accept does not revoke a refusal by the settings`() async throws {
      var scene = FilterScene()
      scene.configuration.actions.noSignature = .reject
      try scene.set(.final, "odkim.set_result(ctx, SMFIS_ACCEPT)")
      #expect(await scene.run(FilterScene.plain).reply == .reject("no DKIM signature data"))
      try scene.set(.final, "odkim.set_result(ctx, SMFIS_DISCARD)")
      #expect(await scene.run(FilterScene.plain).reply == .discard)
    }

    @Test func `a reply that does not fit the result is left out`() async throws {
      var scene = FilterScene()
      try scene.set(.final, "odkim.set_reply(ctx, '451', '4.7.1', 'later') odkim.set_result(ctx, SMFIS_REJECT)")
      #expect(await scene.run(FilterScene.plain).reply == .reject)
      try scene.set(.final, "odkim.set_reply(ctx, '554', '', 'no')")
      #expect(await scene.run(FilterScene.plain).reply == .accept)
    }

    @Test func `the constants have the values of libopendkim`() async throws {
      var scene = FilterScene()
      try scene.set(
        .final,
        """
        odkim.log(ctx, string.format('%d %d %d', DKIM_SIGBH_UNTESTED, DKIM_SIGBH_MATCH, DKIM_SIGBH_MISMATCH))
        odkim.log(ctx, string.format('%d %d %d %d', SMFIS_REJECT, SMFIS_DISCARD, SMFIS_ACCEPT, SMFIS_TEMPFAIL))
        odkim.log(ctx, string.format('%d %d %d', DB_DOMAINS, DB_THIRDPARTY, DB_DONTSIGNTO))
        odkim.log(ctx, string.format('%d %d %d', DB_MTAS, DB_MACROS, DB_SIGNINGTABLE))
        """)
      let lines = await scene.run(FilterScene.plain).lines
      for line in ["-1 0 1", "1 2 3 4", "1 2 3", "4 5 6"] { #expect(lines.contains(line), "\(lines)") }
    }

    @Test func `a script changes the message`() async throws {
      var scene = FilterScene()
      try scene.set(
        .final,
        """
        assert(odkim.add_header(ctx, "X-Note", "one") == 1 and odkim.add_header(ctx, "X-Bad", "a\\nb") == nil)
        assert(odkim.add_rcpt(ctx, "carol@example.net") == 1 and odkim.del_rcpt(ctx, "bob@example.net") == 1)
        assert(odkim.del_rcpt(ctx, "nobody@example.net") == nil and odkim.quarantine(ctx, "why") == 1)
        assert(odkim.del_header(ctx, "Subject", 0) == 1 and odkim.del_header(ctx, "Subject", 0) == nil)
        """)
      let verdict = await scene.run(FilterScene.plain)
      #expect(verdict.quarantine == "why", "\(verdict.lines)")
      #expect(
        verdict.edits == [
          .deleteHeader(name: "Subject", index: 1), .insertHeader("X-Note", "one"),
          .addRecipient(Array("<carol@example.net>".utf8)), .insertHeader("X-Original-Recipient", "bob@example.net"),
          .deleteRecipient(Array("<bob@example.net>".utf8)),
        ])
    }

    @Test func `xtag adds a tag to new signatures, and an error keeps them away`() async throws {
      var scene = try await FilterScene.signing(with: try FilterScene.request())
      try scene.set(.final, "assert(odkim.xtag(ctx, 'foo', 'bar') == 1 and odkim.xtag(ctx, 'd', 'x') == -1)")
      let verdict = await scene.run(FilterScene.plain)
      #expect(verdict.inserted.count == 1 && verdict.inserted[0].contains("foo=bar;"), "\(verdict.lines)")
      try scene.set(.final, "\n\nerror('boom')")
      let failed = await scene.run(FilterScene.plain)
      #expect(failed.reply == .tempfail && failed.edits.isEmpty)
      #expect(failed.lines == ["4ABCDEF: dkimf_lua_final_hook() failed: final.lua:3: boom"])
    }

    @Test func `signatures that a script cannot see are not verified`() async throws {
      let request = try FilterScene.request("other.example")
      var scene = FilterScene()
      try scene.publish(request)
      try scene.set(.screen, Self.screen.replacing("odkim.sig_getdomain(handle) ~=", with: "nil ~="))
      var mail = try FilterScene.plain.signed([request])
      for _ in 0..<100 { mail.fields.insert(("DKIM-Signature", " x"), at: 0) }
      let verdict = await scene.run(mail)
      #expect(verdict.results?.contains("dkim=pass") != true)
    }

    @Test func `what a script refuses does not count for RateLimits`() async throws {
      let request = try FilterScene.request()
      var scene = FilterScene()
      try scene.publish(request)
      scene.configuration.rates.limits = RateLimitTable(Lists.Rows(rows: [("example.com", "1")]))
      try scene.set(
        .final, "if odkim.get_header(ctx, 'Subject', 0) == ' No' then odkim.set_result(ctx, SMFIS_REJECT) end")
      let policy = MailPolicy(scene.configuration, hostName: "host.example.org")
      var refused = FilterScene.plain
      refused.fields[2].value = " No"
      refused = try refused.signed([request])
      let mail = try FilterScene.plain.signed([request])
      #expect(await scene.run(refused, policy).reply == .reject)
      #expect(await scene.run(mail, policy).reply == .accept)
      #expect(await scene.run(mail, policy).reply == .tempfail("rate limit exceeded"))
    }

    @Test func `a bare CR in a new field is left out`() async throws {
      var scene = FilterScene()
      try scene.set(.final, "odkim.add_header(ctx, 'X-A', 'a\\rb\\r\\n c')")
      #expect(await scene.run(FilterScene.plain).inserted.contains("X-A: ab\n c"))
    }
  }
#endif
