#if Lua
  import MilterPeer
  import MilterTestSupport
  import TestSupport
  import Testing

  @testable import DKIMCore

  /// Policy scripts, run by Debian's opendkim and by the milter under test.
  @Suite("Policy scripts in both programs", .enabled(if: BothMilters.canRun, BothMilters.missing))
  struct PolicyScriptTests {
    /// Scripts, and the message they get. Lines that a script logs begin with `lua:`.
    struct Case: Sendable, CustomTestStringConvertible {
      let testDescription: String
      var setup: String?
      var screen: String?
      var final: String?
      var lines = PolicyScriptTests.single
      var client = MailSession.outside
      var message: @Sendable () throws -> PeerMessage = { MigrationMail.plain() }

      init(
        _ name: String, setup: String? = nil, screen: String? = nil, final: String? = nil,
        lines: [String] = PolicyScriptTests.single, client: PeerClient = MailSession.outside,
        message: @escaping @Sendable () throws -> PeerMessage = { MigrationMail.plain() }
      ) {
        (testDescription, self.setup, self.screen, self.final) = (name, setup, screen, final)
        (self.lines, self.client, self.message) = (lines, client, message)
      }
    }

    static let single = ["Domain example.com", "Selector good", "KeyFile FOLDER/ours.private"]
    private static let tables = [
      "KeyTable csl:k1=example.com:good:FOLDER/ours.private,k2=example.net:good:FOLDER/ours.private",
      "SigningTable csl:example.com=k1,example.net=k2",
    ]
    private static let inside = MailSession.inside

    /// opendkim runs each script once at the start, without a message, and crashes if it fails.
    private static let start = """
      if odkim.get_fromdomain(ctx) == 'dkimf_xs_fromdomain' then return nil end

      """
    private static let reading =
      start + """
        local function log(...)
          local words = {'lua:'}
          for _, word in ipairs({...}) do
            words[#words + 1] = type(word) == 'number' and string.format('%d', word) or tostring(word)
          end
          odkim.log(ctx, table.concat(words, ' '))
        end

        """

    static let cases: [Case] = [
      Case(
        "functions that read the envelope",
        setup: reading + """
          log(odkim.get_envfrom(ctx), odkim.get_fromdomain(ctx), odkim.get_clienthost(ctx), odkim.get_clientip(ctx))
          log(odkim.internal_ip(ctx), odkim.rcpt_count(ctx), odkim.get_rcpt(ctx, 0), #odkim.get_rcptarray(ctx))
          log(odkim.get_mtasymbol(ctx, 'no_such_macro') == nil)
          """, client: inside),
      Case(
        "functions that read the header",
        setup: reading + """
          log(odkim.get_header(ctx, 'Subject', 0), odkim.get_header(ctx, 'subject', -1))
          log(odkim.get_header(ctx, 'X-No', 0) == nil, odkim.get_header(ctx, 'Subject', 1) == nil)
          log(odkim.get_header(ctx, 'X-Two', 0), odkim.get_header(ctx, 'X-Two', 1), odkim.get_header(ctx, 'X-Two', -1))
          """, message: { MigrationMail.plain(extra: ["X-Two: one", "X-Two: two"]) }),
      Case("data sets of the filter", setup: reading + "log(odkim.get_dbhandle(ctx, DB_DOMAINS) == nil)"),
      Case(
        "a data set that the script opens",
        setup: reading + """
          local set = odkim.db_open('csl:alpha,beta')
          log(odkim.db_check(set, 'alpha'), odkim.db_check(set, 'gamma'), odkim.db_close(set))
          """),
      Case("sign, for an outside client", setup: reading + "log(odkim.sign(ctx))"),
      Case("sign, for an inside client", setup: reading + "log(odkim.sign(ctx))", client: inside),
      Case("sign with a key", setup: reading + "log(odkim.sign(ctx, 'k2'))", lines: tables),
      Case(
        "sign with a key, besides the tables", setup: start + "odkim.sign(ctx, 'k2')", lines: tables, client: inside),
      Case("sign with the key of the tables", setup: start + "odkim.sign(ctx, 'k1')", lines: tables, client: inside),
      Case("sign with an unknown key", setup: reading + "log(odkim.sign(ctx, 'nokey'))", lines: tables),
      Case("sign with a signer", setup: start + "odkim.sign(ctx, 'k1', 'me@example.com')", lines: tables),
      Case("sign with a length", setup: start + "odkim.sign(ctx, 'k1', 4)", lines: tables),
      Case(
        "sign with a signer and a length", setup: start + "odkim.sign(ctx, 'k1', 4, 'me@example.com')", lines: tables),
      Case("use_ltag", setup: start + "odkim.sign(ctx) odkim.use_ltag(ctx)"),
      Case("verify", setup: start + "odkim.verify(ctx)", message: { try MigrationMail.signed() }),
      Case("verify, without a signature", setup: start + "odkim.verify(ctx)"),
      Case("sign and verify, without a signature", setup: start + "odkim.sign(ctx) odkim.verify(ctx)"),
      Case("verify, without a key", setup: start + "odkim.verify(ctx)", lines: ["Mode v"], client: inside),
      Case(
        "verify, for another domain", setup: start + "odkim.verify(ctx)", client: inside,
        message: { MigrationMail.plain(from: "a@other.example") }),
      Case("sign and verify, for an inside client", setup: start + "odkim.sign(ctx) odkim.verify(ctx)", client: inside),
      Case("verify, for a client that signs", setup: start + "odkim.verify(ctx)", client: inside),
      Case("verify and the tables", setup: start + "odkim.verify(ctx)", lines: tables, client: inside),
      Case(
        "verify and the tables, signed", setup: start + "odkim.verify(ctx)", lines: tables, client: inside,
        message: { try MigrationMail.signed() }),
      Case("set_result in the setup script: reject", setup: start + "odkim.set_result(ctx, SMFIS_REJECT)"),
      Case("set_result in the setup script: tempfail", setup: start + "odkim.set_result(ctx, SMFIS_TEMPFAIL)"),
      Case("set_result in the setup script: discard", setup: start + "odkim.set_result(ctx, SMFIS_DISCARD)"),
      Case(
        "set_result in the setup script: accept", setup: start + "odkim.set_result(ctx, SMFIS_ACCEPT)", client: inside),
      Case("an error in the setup script", setup: start + "error('stop')", client: inside),
      Case(
        "signatures in the screen script",
        screen: reading + """
          log(odkim.get_sigcount(ctx), #odkim.get_sigarray(ctx))
          local signature = odkim.get_sighandle(ctx, 0)
          log(odkim.sig_getdomain(signature), odkim.sig_getidentity(signature))
          log(odkim.parse_field('Bob (x) <bob@example.net>'))
          """, message: { try MigrationMail.signed() }),
      Case(
        "sig_ignore", screen: start + "odkim.sig_ignore(odkim.get_sighandle(ctx, 0))",
        message: { try MigrationMail.signed() }),
      Case(
        "results in the final script",
        final: reading + """
          local signature = odkim.get_sighandle(ctx, 0)
          log(odkim.sig_result(signature), odkim.sig_bhresult(signature))
          """, message: { try MigrationMail.signed() }),
      Case(
        "results of a changed body in the final script",
        final: reading + """
          local signature = odkim.get_sighandle(ctx, 0)
          log(odkim.sig_result(signature), odkim.sig_bhresult(signature))
          """, message: { try MigrationMail.signed().withBody("Another text.\r\n") }),
      Case("set_reply", final: reading + "log(odkim.set_reply(ctx, '550', '5.7.1', 'not today'))"),
      Case(
        "set_reply and set_result",
        final: start + "odkim.set_reply(ctx, '451', '4.7.1', 'later') odkim.set_result(ctx, SMFIS_TEMPFAIL)"),
      Case("set_result in the final script", final: start + "odkim.set_result(ctx, SMFIS_REJECT)"),
      Case("add_header", final: reading + "log(odkim.add_header(ctx, 'X-New', 'value'))"),
      Case("del_header", final: reading + "log(odkim.del_header(ctx, 'Subject', 0))"),
      Case("an error in the final script", final: start + "error('stop')"),
      Case(
        "export", setup: start + "odkim.export(ctx, 'word', 'hello', 'number', 7)",
        final: reading + "log(word, number)"),
    ]

    /// What opendkim-lua(3) describes, but Debian's opendkim does not do, and what each of them does. (`xtag` and
    /// `sig_bodylength` are missing here, because they crash opendkim or stop its script.)
    static let differences: [(Case, theirs: [String], ours: [String])] = [
      (
        Case("signfor", setup: start + "odkim.signfor(ctx, 'bob@example.net')", lines: tables),
        ["accept"], ["accept", "DKIM-Signature: a=rsa-sha256; c=simple/simple; d=example.net; s=good; v=1"]
      ),
      (
        Case("quarantine", final: reading + "log(odkim.quarantine(ctx, 'odd') == 1)"),
        ["accept", "lua: false"], ["accept", "quarantine odd", "lua: true"]
      ),
      (
        Case("add_rcpt", final: reading + "log(odkim.add_rcpt(ctx, 'carol@example.net') == 1)"),
        ["accept", "lua: false"], ["accept", "add <carol@example.net>", "lua: true"]
      ),
      (
        Case("del_rcpt", final: reading + "log(odkim.del_rcpt(ctx, odkim.get_rcpt(ctx, 0)))"),
        ["accept", "lua: 1"],
        ["accept", "X-Original-Recipient: recipient@example.net", "delete <recipient@example.net>", "lua: 1"]
      ),
    ]

    @Test(arguments: cases)
    func `both programs do the same`(_ one: Case) async throws {
      let (theirs, ours) = try await run(one)
      #expect(ours == theirs)
    }

    @Test(arguments: differences.indices)
    func `the programs differ as the migration document says`(_ index: Int) async throws {
      let (one, expectedOfTheirs, expectedOfOurs) = Self.differences[index]
      let (theirs, ours) = try await run(one)
      #expect(theirs == expectedOfTheirs, "\(one.testDescription)")
      #expect(ours == expectedOfOurs, "\(one.testDescription)")
      let word = try #require(one.testDescription.split(whereSeparator: { " ,".contains($0) }).first)
      let section = try MigrationDocument().section("Lua policy scripts")
      #expect(section.contains { $0.contains("`\(word)`") }, "the document does not name \(word)")
    }

    /// Runs the scripts with both programs, and returns summaries.
    private func run(_ one: Case) async throws -> (theirs: [String], ours: [String]) {
      let folder = try TemporaryFolder()
      var settings = BothMilters.Settings()
      settings.lines = one.lines
      settings.records = MigrationMail.records
      for (setting, script) in [
        ("SetupPolicyScript", one.setup), ("ScreenPolicyScript", one.screen), ("FinalPolicyScript", one.final),
      ] {
        guard let script else { continue }
        try TestFile.write(Array(script.utf8), to: folder.file(setting))
        settings.lines.append("\(setting) \(folder.file(setting))")
      }
      let sent = MigrationMessage(message: try one.message(), client: one.client)
      let both = try await BothMilters.deliver([sent], settings)
      let (theirs, ours) = try #require(both.first)
      return (Self.summary(theirs), Self.summary(ours))
    }

    /// The outcome, and what the script logged.
    private static func summary(_ answer: MigrationAnswer) -> [String] {
      answer.summary + answer.otherLog.filter { $0.hasPrefix("lua:") }
    }
  }
#endif
