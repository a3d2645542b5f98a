import DKIMConfiguration
import DKIMCore
import DKIMMilter
import Milter
import Testing

@Suite struct FilterDecisionTests {
  /// The reply with the MTA's own text.
  private let waits = MilterReply.tempfail

  // MARK: Origin

  @Test func `an outsider who claims our domain is not signed`() async throws {
    var scene = try await FilterScene.signing(with: try FilterScene.request())
    scene.client = FilterScene().client
    var verdict = await scene.run(FilterScene.plain)
    #expect(verdict.edits.isEmpty)
    #expect(verdict.lines == ["4ABCDEF: external host mail.remote.test attempted to send as example.com"])
    scene.configuration.origin.externalIgnoreList = try await Lists.hosts("198.51.100.0/24")
    verdict = await scene.run(FilterScene.plain)
    #expect(verdict.lines.isEmpty)
  }

  @Test func `with tables, the line is not logged`() async throws {
    var scene = FilterScene.signing(table: [("*", "k")], keys: [("k", "example.com", try FilterScene.request())])
    scene.client = FilterScene().client
    scene.configuration.origin.externalIgnoreList = try await Lists.hosts("192.0.2.0/24")
    #expect(await scene.run(FilterScene.plain).lines.isEmpty)
  }

  @Test func `ways to be an internal client`() async throws {
    var scene = try await FilterScene.signing(with: try FilterScene.request())
    scene.client = FilterScene().client
    func isSigned(_ scene: FilterScene) async -> Bool { await scene.run(FilterScene.plain).inserted.count == 1 }
    #expect(await !isSigned(scene))
    var other = scene
    other.configuration.origin.internalHosts = try await Lists.hosts("198.51.100.0/24")
    #expect(await isSigned(other))
    other = scene
    other.configuration.origin.popDatabase = try await Lists.members("198.51.100.66")
    #expect(await isSigned(other))
    other.configuration.origin.popDatabase = try await Lists.members("198.51.100.6")
    #expect(await !isSigned(other))
    other = scene
    other.macros["{auth_type}"] = "PLAIN"
    #expect(await isSigned(other))
    other = scene
    other.configuration.origin.mta = ["MSA"]
    #expect(await !isSigned(other))
    other.macros["{daemon_name}"] = "MSA"
    #expect(await isSigned(other))
    other.configuration.origin.macroList = [MacroRule(name: "role", values: ["out"], location: nil)]
    #expect(await isSigned(other), "one of MTA and MacroList is enough")
    other.macros["{daemon_name}"] = "MX"
    #expect(await !isSigned(other))
    other.macros["role"] = "out"
    #expect(await isSigned(other))
    other.macros["role"] = "OUT"
    #expect(await !isSigned(other))
    other.configuration.origin.macroList = ["absent", "empty", "role"].map {
      MacroRule(name: $0, values: ["OUT"], location: nil)
    }
    other.macros["empty"] = ""
    #expect(await isSigned(other), "macros without a value do not end the search")
    other = scene
    other.client.address = nil
    #expect(await isSigned(other), "a client without an address is on this machine")
  }

  @Test func `peers are accepted at once`() async throws {
    var scene = FilterScene()
    #expect(await MailPolicy(scene.configuration, hostName: "h").decide(scene.client).action == .filter)
    scene.configuration.origin.peerList = try await Lists.hosts("198.51.100.66")
    let decision = await MailPolicy(scene.configuration, hostName: "h").decide(scene.client)
    #expect(decision.action == .accept)
    scene.configuration.origin.peerList = HostList(Lists.Broken())
    let failed = await MailPolicy(scene.configuration, hostName: "h").decide(scene.client)
    #expect(failed.action == .filter && failed.log.map(\.name) == ["data-set-failed"])
  }

  @Test func `ExemptDomains and Mode leave mail alone`() async throws {
    let request = try FilterScene.request()
    var scene = try await FilterScene.signing(with: request)
    scene.configuration.results.alwaysAddARHeader = true
    scene.configuration.results.softwareHeader = true
    scene.configuration.origin.exemptDomains = try await Lists.members("EXAMPLE.com")
    #expect(await scene.run(FilterScene.plain).edits.isEmpty)
    scene.configuration.origin.exemptDomains = nil
    scene.configuration.roles = .verify
    #expect(await scene.run(FilterScene.plain).edits.isEmpty)
    scene.configuration.roles = .sign
    scene.client = FilterScene().client
    #expect(await scene.run(FilterScene.plain).edits.isEmpty)
  }

  // MARK: Sender

  @Test func `the sender is taken from the macro or the first field that exists`() async throws {
    var scene = try await FilterScene.signing(with: try FilterScene.request())
    var mail = FilterScene.plain
    mail.fields[0].value = " someone@elsewhere.example"
    mail.fields.append(("Sender", " Bot <bot@example.com>"))
    #expect(await scene.run(mail).inserted.isEmpty)
    scene.configuration.origin.senderHeaders = ["X-None", "Sender", "From"]
    #expect(await scene.run(mail).inserted.count == 1)
    scene.configuration.origin.senderMacro = "{who}"
    scene.macros["who"] = "<x@elsewhere.example>"
    #expect(await scene.run(mail).inserted.isEmpty)
  }

  @Test func `mail without a sender is reported as malformed`() async throws {
    var scene = FilterScene()
    var mail = FilterScene.plain
    mail.fields.removeFirst()
    var verdict = await scene.run(mail)
    #expect(verdict.lines == ["4ABCDEF: can't determine message sender; accepting"])
    #expect(verdict.results == "Authentication-Results: mx.example.org; dkim=permerror (bad message/signature format)")
    mail.fields.insert(("From", " Alice <alice>"), at: 0)
    verdict = await scene.run(mail)
    #expect(verdict.lines == ["4ABCDEF: can't parse From: header value ' Alice <alice>'"])
    scene.configuration.verification.ignoreMalformedMail = true
    #expect(await scene.run(mail).edits.isEmpty)
  }

  @Test func `internal mail with missing or repeated fields does not leave unsigned`() async throws {
    var scene = try await FilterScene.signing(with: try FilterScene.request())
    scene.configuration.verification.strictHeaders = true
    var mail = FilterScene.plain
    #expect(await scene.run(mail).inserted.count == 1)
    mail.fields.append(("Subject", " again"))
    guard case .replyCode(let reply) = await scene.run(mail).reply, reply.code == 550 else {
      Issue.record("it is accepted")
      return
    }
    scene.configuration.actions.signatureError = .accept
    #expect(await scene.run(mail).reply == .accept)
  }

  @Test func `field counts can be required`() async throws {
    var scene = FilterScene()
    var mail = FilterScene.plain
    mail.fields.append(("Subject", " again"))
    scene.configuration.verification.strictHeaders = true
    #expect(await scene.run(mail).results?.contains("dkim=permerror (bad message/signature format)") == true)
    let request = try FilterScene.request()
    try scene.publish(request)
    #expect(
      await scene.run(try mail.signed([request])).results
        == "Authentication-Results: mx.example.org; dkim=permerror (bad message/signature format)")
    scene.configuration.verification.requiredHeaders = true
    let verdict = await scene.run(mail)
    #expect(verdict.reply == .refuse(code: 550, enhanced: "5.0.0", text: "message has multiple Subject fields"))
    #expect(verdict.lines == ["4ABCDEF: RFC5322 header requirement error: message has multiple Subject fields"])
  }

  // MARK: Never unsigned

  @Test func `tables that are down make mail wait`() async throws {
    var scene = FilterScene()
    scene.client = FilterScene.inside
    let request = try FilterScene.request()
    scene.configuration.signing.keys = .tables(SigningTable(Lists.Broken()), KeyTable(Lists.Broken()))
    var verdict = await scene.run(FilterScene.plain)
    #expect(verdict.reply == waits && verdict.counts == [.failed])
    #expect(verdict.lines.count == 1 && verdict.lines[0].contains("SigningTable is temporarily unavailable"))
    scene = FilterScene.signing(table: [("example.com", "k")], keys: [("other", "example.com", request)])
    verdict = await scene.run(FilterScene.plain)
    #expect(verdict.reply == waits)
    #expect(verdict.lines == ["4ABCDEF: signing table references unknown key 'k'"])
    scene.configuration.origin.internalHosts = HostList(Lists.Broken())
    #expect(await scene.run(FilterScene.plain).reply == waits)
    scene.configuration.signing.keys = .tables(
      SigningTable(Lists.Rows(rows: [("example.com", "k")])), KeyTable(Lists.Rows(rows: [("k", "example.com:s")])))
    scene.configuration.origin.internalHosts = .loopback
    verdict = await scene.run(FilterScene.plain)
    #expect(verdict.reply == waits && verdict.lines == ["KeyTable entry for 'k' corrupt"])
  }

  @Test func `a list that is down and only matters to verifiers is an internal error`() async throws {
    var scene = FilterScene()
    scene.configuration.verification.trustSignaturesFrom = MembershipList(Lists.Broken())
    let mail = try FilterScene.plain.signed([try FilterScene.request("other.example")])
    #expect(await scene.run(mail).reply == waits)
    scene.configuration.actions.internalError = .accept
    #expect(await scene.run(mail).reply == .accept)
    scene.configuration.actions.captureUnknownErrors = true
    #expect(await scene.run(mail).quarantine == "internal DKIM error")
  }

  @Test func `a list that is used only for the log does not delay external mail`() async throws {
    var scene = try await FilterScene.signing(with: try FilterScene.request())
    scene.client = FilterScene().client
    scene.configuration.origin.externalIgnoreList = HostList(Lists.Broken())
    let verdict = await scene.run(FilterScene.plain)
    #expect(verdict.reply == .accept)
    #expect(verdict.lines.count == 1 && verdict.lines[0].contains("ExternalIgnoreList is temporarily unavailable"))
  }

  @Test func `keys that cannot be read make mail wait`() async throws {
    var scene = FilterScene()
    scene.client = FilterScene.inside
    scene.configuration.signing.keys = .tables(
      SigningTable(Lists.Rows(rows: [("example.com", "k")])),
      KeyTable(Lists.Rows(rows: [("k", "example.com:s:/nowhere/k.pem")])))
    scene.configuration.actions.internalError = .accept
    scene.configuration.actions.signatureError = .accept
    let verdict = await scene.run(FilterScene.plain)
    #expect(verdict.reply == waits)
    #expect(verdict.lines.first?.hasPrefix("can't load key from /nowhere/k.pem: ") == true)
    #expect(verdict.lines.last == "4ABCDEF: error loading key 'k'")
  }

  @Test func `a header that is too large is a security matter`() async throws {
    var scene = FilterScene()
    scene.configuration.limits.maximumHeaders = 200
    var mail = FilterScene.plain
    mail.fields.append(("X-Large", String(repeating: "x", count: 200)))
    mail.fields.append(("Authentication-Results", " mx.example.org; dkim=pass header.d=bank.example"))
    var verdict = await scene.run(mail)
    #expect(verdict.reply == .refuse(code: 451, enhanced: "4.7.0", text: "too much header data"))
    #expect(verdict.lines == ["4ABCDEF: too much header data"])
    scene.configuration.actions.security = .reject
    #expect(await scene.run(mail).reply == .refuse(code: 552, enhanced: "5.3.4", text: "too much header data"))
    scene.configuration.actions.security = .accept
    verdict = await scene.run(mail)
    #expect(verdict.deleted("Authentication-Results") == [1])
    #expect(verdict.results?.contains("dkim=policy reason=\"too much header data") == true)
    scene.configuration.limits.maximumHeaders = 0
    verdict = await scene.run(mail)
    #expect(verdict.results == nil && verdict.reply == .accept)
    let signing = try await FilterScene.signing(with: try FilterScene.request())
    scene.configuration.signing = signing.configuration.signing
    scene.client = FilterScene.inside
    scene.configuration.limits.maximumHeaders = 200
    #expect(await scene.run(mail).reply == .refuse(code: 550, enhanced: "5.7.0", text: "DKIM signing error"))
  }

  @Test func `a message that ends without a decision is deferred`() {
    var message = MailPolicy(Configuration(), hostName: "h").message(from: FilterScene.inside)
    let demand = message.body([1, 2, 3].span)
    #expect(demand == .enough)
    #expect(message.finish().reply == waits)
  }

  @Test func `names with semicolons are ignored`() async throws {
    let scene = try await FilterScene.signing(with: try FilterScene.request())
    var mail = FilterScene.plain
    mail.fields.append(("X;Y", " z"))
    let verdict = await scene.run(mail)
    #expect(verdict.lines == ["4ABCDEF: ignoring header field 'X;Y'"])
    #expect(verdict.inserted.count == 1)
  }

  @Test func `without a queue ID, the log line has a placeholder`() async throws {
    var scene = FilterScene()
    scene.macros = [:]
    scene.configuration.results.alwaysAddARHeader = true
    scene.configuration.results.softwareHeader = true
    let verdict = await scene.run(FilterScene.plain)
    #expect(verdict.lines == ["WARNING: symbol 'i' not available"])
    #expect(verdict.results == "Authentication-Results: host.example.org; dkim=none")
    #expect(verdict.inserted.last?.hasSuffix(" host.example.org (unknown-jobid)") == true)
    scene.configuration.results.authservID = "host.example.org"
    scene.configuration.results.authservIDWithJobID = true
    scene.macros = ["i": "4ABC"]
    #expect(
      await scene.run(FilterScene.plain).results == "Authentication-Results: \"host.example.org/4ABC\"; dkim=none")
  }

  // MARK: Why

  @Test func `LogWhy logs every step in OpenDKIM's words`() async throws {
    var scene = try await FilterScene.signing(with: try FilterScene.request(), domains: "other.example")
    scene.configuration.log.logWhy = true
    var lines = await scene.run(FilterScene.plain).lines
    #expect(lines.contains("4ABCDEF: no signing domain match for 'example.com'"))
    scene.client = FilterScene().client
    scene.configuration.origin.mta = ["MSA"]
    scene.configuration.origin.macroList = [MacroRule(name: "x", values: [], location: nil)]
    lines = await scene.run(FilterScene.plain).lines
    #expect(
      lines.map { $0.replacing("4ABCDEF: ", with: "") } == [
        "no MTA name match (host=mx.example.org, MTA=)", "no macros match",
        "mail.remote.test [198.51.100.66] not internal", "not authenticated",
        "no signing domain match for 'example.com'", "no signing subdomain match for 'example.com'",
        "no signature data",
      ], "nothing but what OpenDKIM logs")
    scene.configuration.origin.popDatabase = try await Lists.members("192.0.2.1")
    #expect(await scene.run(FilterScene.plain).lines.contains("4ABCDEF: not POP authenticated"))
    scene.macros["auth_type"] = "PLAIN"
    lines = await scene.run(FilterScene.plain).lines
    #expect(!lines.contains { $0.contains("not internal") }, "the client has authenticated")
    scene.macros["auth_type"] = nil
    scene.configuration.origin.senderHeaders = ["X-Sender"]
    lines = await scene.run(FilterScene.plain).lines
    #expect(lines == ["4ABCDEF: can't determine message sender; accepting"])
    scene.configuration.origin.senderHeaders = ["From"]
    scene.configuration.log.logExplanation = true
    lines = await scene.run(FilterScene.plain).lines
    #expect(lines.contains("4ABCDEF: sender alice@example.com, from the field From (SenderHeaders)"))
  }

  @Test func `a decision that takes too long counts as failed`() async throws {
    let scene = try await FilterScene.signing(with: try FilterScene.request())
    let policy = MailPolicy(scene.configuration, hostName: "h")
    var message = policy.message(from: scene.client)
    scene.fill(&message, FilterScene.plain)
    guard
      case .done(let verdict) = message.begin(policy.lateDecision(message.facts, why: "too slow"), at: FilterScene.time)
    else {
      Issue.record("it goes on")
      return
    }
    #expect(verdict.reply == .tempfail && verdict.counts == [.failed])
    #expect(verdict.lines == ["4ABCDEF: too slow"])
  }

  @Test func `a refusal of the header is given at its end`() async throws {
    var scene = FilterScene()
    scene.configuration.actions.badSignature = .reject
    var mail = FilterScene.plain
    mail.fields.append(("Authentication-Results", " mx.example.org; dkim=pass"))
    mail.fields.append(("DKIM-Signature", " v=1; a"))
    let policy = MailPolicy(scene.configuration, hostName: "h")
    var message = policy.message(from: scene.client)
    scene.fill(&message, mail)
    let decision = await policy.decide(message.facts)
    guard case .done(let verdict) = message.begin(decision, at: FilterScene.time) else {
      Issue.record("the body is waited for")
      return
    }
    #expect(verdict.reply == .reject("DKIM signature syntax error"))
    #expect(verdict.edits.isEmpty)
  }

  @Test func `the domain of the sender is signed in lower case`() async throws {
    let scene = try await FilterScene.signing(with: try FilterScene.request())
    var mail = FilterScene.plain
    mail.fields[0].value = " Alice <alice@EXAMPLE.Com>"
    #expect(await scene.run(mail).inserted.first?.contains("d=example.com;") == true)
  }

  @Test func `a quoted authserv ID is written as it is`() async throws {
    var scene = FilterScene()
    scene.configuration.results.authservID = "mx.example.org"
    scene.configuration.results.quotesAuthservID = true
    scene.configuration.results.alwaysAddARHeader = true
    #expect(await scene.run(FilterScene.plain).results == "Authentication-Results: \"mx.example.org\"; dkim=none")
  }

  @Test func `the explanation names rows and locations`() async throws {
    let scene = FilterScene.signing(
      table: [("example.com", "k")], keys: [("k", "example.com", try FilterScene.request())])
    let text = await scene.run(FilterScene.plain).explanation.description
    for line in [
      ". sender alice@example.com, from the field From (SenderHeaders)",
      "+ 'example.com' names the key 'k' (SigningTable, table:1)",
      "= DKIM-Signature field added (s=sel, d=example.com)",
    ] {
      #expect(text.contains(line), "\(text)")
    }
  }
}
