import DKIMConfiguration
import DKIMCore
import DKIMMilter
import Milter
import Testing

@Suite struct FilterVerifyingTests {
  /// A scene with one good signature of example.com.
  private func signed(
    flags: String = "", secure: Bool = false, _ change: (inout SigningRequest) throws -> Void = { _ in }
  ) throws -> (scene: FilterScene, mail: FilterScene.Mail) {
    var scene = FilterScene()
    var request = try FilterScene.request(type: .rsa)
    try change(&request)
    try scene.publish(request, flags: flags, secure: secure)
    return (scene, try FilterScene.plain.signed([request]))
  }

  /// Mail from a domain in test mode is treated like unsigned mail. // RFC 6376 §3.6.1
  @Test func `a field without effect is not a signature`() async throws {
    let (stranger, testing, bad) = (
      try FilterScene.request("stranger.example"), try FilterScene.request("example.com", "t"),
      try FilterScene.request()
    )
    var scene = FilterScene()
    scene.configuration.actions.noSignature = .reject
    scene.configuration.actions.badSignature = .tempfail
    scene.configuration.verification.policy.maximumSignatures = 100
    try scene.publish(stranger)
    try scene.publish(testing, flags: "t=y; ")
    try scene.publish(bad)
    let unsigned = MilterReply.refuse(code: 550, enhanced: "5.7.0", text: "no DKIM signature data")
    // It is not trusted.
    scene.configuration.verification.trustSignaturesFrom = try await Lists.members("friend.example")
    #expect(await scene.run(try FilterScene.plain.signed([stranger])).reply == unsigned)
    // The domain is testing, and the message was changed in transit.
    var mail = try FilterScene.plain.signed([testing])
    mail.body += "changed\r\n"
    #expect(await scene.run(mail).reply == unsigned)
    #expect(await scene.run(try FilterScene.plain.signed([testing])).reply == unsigned)
    // The bad signature below it decides.
    mail = try FilterScene.plain.signed([testing, bad])
    mail.body += "changed\r\n"
    #expect(await scene.run(mail).reply == .tempfail("bad DKIM signature data"))
    // A good signature is sufficient.
    scene.configuration.verification.trustSignaturesFrom = nil
    #expect(await scene.run(try FilterScene.plain.signed([stranger])).reply == .accept)
  }

  @Test func `RequiredHeaders also applies without a sender`() async {
    var scene = FilterScene()
    scene.configuration.verification.requiredHeaders = true
    var mail = FilterScene.plain
    mail.fields.removeFirst()
    #expect(await scene.run(mail).reply.isRejection)
    mail.fields += [("From", " nobody at all"), ("From", " a@b.example")]
    #expect(await scene.run(mail).reply.isRejection)
    scene.configuration.verification.requiredHeaders = false
    scene.configuration.verification.strictHeaders = true
    #expect(await scene.run(mail).results?.contains("permerror") == true)
  }

  @Test func `a good signature passes, and this is logged`() async throws {
    var (scene, mail) = try signed()
    scene.configuration.log.syslogSuccess = true
    scene.configuration.log.logResults = true
    let verdict = await scene.run(mail)
    #expect(verdict.reply == .accept)
    let results = try #require(verdict.results)
    #expect(
      results.hasPrefix(
        "Authentication-Results: mx.example.org; dkim=pass (1024-bit key; unprotected) header.d=example.com "
          + "header.i=@example.com header.a=rsa-sha256 header.s=sel header.b="))
    #expect(
      verdict.lines.suffix(2) == [
        "4ABCDEF: DKIM verification successful", "4ABCDEF: s=sel d=example.com a=rsa-sha256 SSL ",
      ])
    #expect(verdict.lines.first?.contains("domain=example.com selector=sel result=\"no signature error\"") == true)
    #expect(verdict.counts == [.verified(.pass)])
  }

  @Test func `without leading spaces, simple signatures still pass`() async throws {
    var (scene, mail) = try signed { $0.canonicalization = .simple }
    scene.leadingSpace = false
    let verdict = await scene.run(mail)
    #expect(verdict.results?.contains("dkim=pass") == true)
    #expect(verdict.inserted.first?.hasPrefix("Authentication-Results: mx.example.org;") == true)
  }

  @Test func `a changed body fails and the action applies`() async throws {
    var (scene, mail) = try signed()
    mail.body += "more\r\n"
    var verdict = await scene.run(mail)
    #expect(verdict.reply == .accept)
    #expect(
      verdict.results?.contains("dkim=fail reason=\"signature verification failed: the body was changed\" (1024")
        == true)
    #expect(verdict.lines.last == "4ABCDEF: bad signature data")
    scene.configuration.actions.badSignature = .reject
    verdict = await scene.run(mail)
    #expect(verdict.reply == .refuse(code: 550, enhanced: "5.7.0", text: "bad DKIM signature data"))
    #expect(verdict.results != nil)
    scene.configuration.actions.badSignature = .tempfail
    #expect(await scene.run(mail).reply == .refuse(code: 451, enhanced: "4.7.0", text: "bad DKIM signature data"))
    scene.configuration.actions.badSignature = .discard
    #expect(await scene.run(mail).reply == .discard)
  }

  @Test func `keys that are missing or revoked`() async throws {
    var (scene, mail) = try signed()
    scene.configuration.actions.keyNotFound = .tempfail
    scene.configuration.actions.badSignature = .reject
    scene.answers = [:]
    var verdict = await scene.run(mail)
    #expect(verdict.reply == .refuse(code: 451, enhanced: "4.7.5", text: "DKIM key retrieval failed"))
    #expect(verdict.results?.contains("dkim=fail reason=\"key not found in DNS\" header.d=example.com") == true)
    #expect(
      verdict.lines == [
        "4ABCDEF: key retrieval failed (s=sel, d=example.com): 'sel._domainkey.example.com' record not found"
      ])
    scene.answers = ["sel._domainkey.example.com": .records([Array("v=DKIM1; p=".utf8)], secure: false)]
    verdict = await scene.run(mail)
    #expect(verdict.reply == .refuse(code: 550, enhanced: "5.7.0", text: "bad DKIM signature data"))
    #expect(verdict.lines == ["4ABCDEF: key revoked (s=sel, d=example.com, a=rsa-sha256)"])
  }

  /// As in OpenDKIM, unsigned mail is accepted at the end of the message, and its body is skipped.
  @Test func `unsigned mail needs no body and leaves no trace`() async throws {
    let scene = FilterScene()
    let policy = MailPolicy(scene.configuration, hostName: "h")
    var message = policy.message(from: scene.client)
    scene.fill(&message, FilterScene.plain)
    let begun = message.begin(await policy.decide(message.facts), at: FilterScene.time)
    guard case .body(let queries, let demand) = begun else {
      Issue.record("it is accepted at the end of the header")
      return
    }
    #expect(queries.isEmpty && demand == .enough)
    let verdict = message.finish()
    #expect(verdict.reply == .accept)
    #expect(verdict.edits.isEmpty)
    #expect(verdict.counts == [.unsigned])
  }

  @Test func `if the message will be changed, the end is awaited, but not the body`() async throws {
    var scene = FilterScene()
    scene.configuration.results.alwaysAddARHeader = true
    let policy = MailPolicy(scene.configuration, hostName: "h")
    var message = policy.message(from: scene.client)
    scene.fill(&message, FilterScene.plain)
    guard case .body(let queries, let demand) = message.begin(await policy.decide(message.facts), at: FilterScene.time)
    else {
      Issue.record("ended too early")
      return
    }
    #expect(queries.isEmpty && demand == .enough)
    #expect(message.finish().inserted == ["Authentication-Results: mx.example.org; dkim=none"])
  }

  @Test func `a pass outweighs all other results`() async throws {
    var (scene, mail) = try signed()
    scene.configuration.actions.badSignature = .reject
    scene.configuration.actions.keyNotFound = .reject
    mail = try mail.signed([try FilterScene.request("other.example")])
    mail.fields.insert((SignatureField.name, " v=1; d=broken.example"), at: 0)
    let verdict = await scene.run(mail)
    #expect(verdict.reply == .accept)
    #expect(verdict.counts == [.verified(.permerror), .verified(.fail), .verified(.pass)])
  }

  @Test func `a message whose key may still arrive waits`() async throws {
    var (scene, mail) = try signed()
    scene.configuration.actions.badSignature = .reject
    scene.answers["late._domainkey.late.example"] = .failure(.timeout(seconds: 5))
    mail = try mail.signed([try FilterScene.request("late.example", "late")])
    mail.body += "changed\r\n"
    #expect(await scene.run(mail).reply == .refuse(code: 451, enhanced: "4.7.5", text: "DKIM key retrieval failed"))
    scene.configuration.actions.dnsError = .accept
    #expect(await scene.run(mail).reply == .refuse(code: 550, enhanced: "5.7.0", text: "bad DKIM signature data"))
  }

  @Test func `signatures beyond the limit are reported`() async throws {
    var (scene, mail) = try signed()
    scene.configuration.verification.policy.maximumSignatures = 2
    mail = try mail.signed([try FilterScene.request("a.example"), try FilterScene.request("b.example")])
    var verdict = await scene.run(mail)
    #expect(verdict.counts == [.verified(.fail), .verified(.fail), .verified(.policy)])
    #expect(verdict.results?.contains("dkim=policy reason=\"not evaluated: only 2 signatures per message") == true)
    #expect(verdict.lines.contains("4ABCDEF: ignoring 1 signature"))
    scene.configuration.verification.trustSignaturesFrom = try await Lists.members("example.com")
    // The author's own domain is not a third party; another domain comes first only if it is trusted.
    verdict = await scene.run(mail)
    #expect(verdict.counts.last == .verified(.policy))
    mail.fields[mail.fields.firstIndex { $0.name == "From" } ?? 0].value = " a@author.example"
    verdict = await scene.run(mail)
    #expect(verdict.counts.map { $0 == .verified(.policy) } == [false, true, false])
  }

  @Test func `a hundred signatures do not hide an untrusted third party`() async throws {
    var (scene, mail) = try signed()
    scene.configuration.verification.policy.maximumSignatures = 200
    scene.configuration.verification.trustSignaturesFrom = try await Lists.members("trusted.example")
    mail.fields[mail.fields.firstIndex { $0.name == "From" } ?? 0].value = " a@author.example"
    #expect(await scene.run(mail).counts == [.verified(.policy)])
    mail.fields.insert(contentsOf: Array(repeating: (SignatureField.name, " x"), count: 150), at: 0)
    #expect(await scene.run(mail).counts.last == .verified(.policy))
  }

  @Test func `fields that the decision has parsed are passed to the verifier`() async throws {
    var (scene, mail) = try signed()
    mail.fields.insert((SignatureField.name, " x"), at: 0)
    func plan() async throws -> VerificationPlan {
      let policy = MailPolicy(scene.configuration, hostName: "host.example.org")
      var message = policy.message(from: scene.client)
      scene.fill(&message, mail)
      guard case .verify(let plan) = await policy.decide(message.facts).action else {
        Issue.record("the message is not verified")
        return VerificationPlan()
      }
      return plan
    }
    // Without the setting, the decision does not need them.
    #expect(try await plan().signatures.isEmpty)
    scene.configuration.verification.trustSignaturesFrom = try await Lists.members("trusted.example")
    let signatures = try await plan().signatures
    #expect(signatures.keys.sorted() == [0, 1])
    guard case .invalid? = signatures[0], case .valid(let signature)? = signatures[1] else {
      Issue.record("the second field is the valid one")
      return
    }
    #expect(signature.domain.text == "example.com")
  }

  @Test func `untrusted third parties are ignored without a limit`() async throws {
    var (scene, mail) = try signed()
    scene.configuration.verification.policy.maximumSignatures = 0
    scene.configuration.verification.trustSignaturesFrom = try await Lists.members("trusted.example")
    mail.fields[mail.fields.firstIndex { $0.name == "Subject" } ?? 0].value = " Hi"
    var outside = scene
    outside.answers = scene.answers
    let other = try FilterScene.plain.signed([try FilterScene.request("stranger.example")])
    let verdict = await outside.run(other)
    #expect(verdict.results?.contains("dkim=policy reason=\"third-party signature that is not trusted\"") == true)
    #expect(verdict.lines == ["4ABCDEF: ignoring signature from stranger.example"])
    #expect(await scene.run(mail).counts == [.verified(.pass)])
  }

  @Test func `keys without DNSSEC are treated as configured`() async throws {
    var (scene, mail) = try signed()
    scene.configuration.actions.badSignature = .reject
    scene.configuration.verification.unprotectedKey = .neutral
    var verdict = await scene.run(mail)
    #expect(verdict.counts == [.verified(.neutral)] && verdict.reply == .accept)
    scene.configuration.verification.unprotectedKey = .fail
    verdict = await scene.run(mail)
    #expect(verdict.counts == [.verified(.policy)] && verdict.reply != .accept)
    (scene.answers, mail) = try {
      let other = try signed(secure: true); return (other.scene.answers, other.mail)
    }()
    #expect(await scene.run(mail).counts == [.verified(.pass)])
  }

  @Test func `bogus keys are never believed`() async throws {
    var (scene, mail) = try signed()
    scene.answers["sel._domainkey.example.com"] = .failure(.bogus)
    scene.configuration.actions.badSignature = .reject
    var verdict = await scene.run(mail)
    #expect(verdict.results?.contains("dkim=temperror reason=\"the key is bogus (DNSSEC)\"") == true)
    #expect(verdict.reply == .refuse(code: 550, enhanced: "5.7.0", text: "bad DKIM signature data"))
    scene.configuration.verification.bogusKey = .neutral
    verdict = await scene.run(mail)
    #expect(verdict.counts == [.verified(.neutral)] && verdict.reply == .accept)
    scene.configuration.verification.bogusKey = .none
    verdict = await scene.run(mail)
    #expect(verdict.reply == .refuse(code: 451, enhanced: "4.7.5", text: "DKIM key retrieval failed"))
  }

  @Test(arguments: [
    (KeyLookupFailure.unavailable("192.0.2.53@5353: Connection refused"), "key unavailable"),
    (.unavailable("not queried within 5 s: too many other lookups are running"), "key unavailable"),
    (.timeout(seconds: 5), "key unavailable: timeout"),
    (.malformed("the response over TCP is for another query"), "key unavailable: malformed response"),
    (.serverFailure, "key unavailable: the server failed (SERVFAIL)"),
  ])
  func `the name servers of this host are named only in the log`(_ failure: KeyLookupFailure, _ reason: String)
    async throws
  {
    var (scene, mail) = try signed()
    scene.answers["sel._domainkey.example.com"] = .failure(failure)
    scene.configuration.log.logResults = true
    let verdict = await scene.run(mail)
    #expect(verdict.results?.contains("dkim=temperror reason=\"\(reason)\"") == true, "\(verdict.results ?? "")")
    #expect(verdict.lines.contains { $0.contains("result=\"key unavailable: \(failure)\"") }, "\(verdict.lines)")
    if case .unavailable(let why) = failure {
      #expect(verdict.lines.contains { $0.contains("key retrieval failed") && $0.contains(why) })
    }
  }

  @Test func `header fields that have to be signed`() async throws {
    var (scene, mail) = try signed { $0.signedHeaders = HeaderSelection(["From", "Date"]) }
    scene.configuration.actions.badSignature = .reject
    scene.configuration.verification.mustBeSigned = ["date", "X-Absent"]
    #expect(await scene.run(mail).reply == .accept)
    var doubled = mail
    doubled.fields.insert(("Date", " Sun, 22 Nov 2026 12:00:00 +0000"), at: 0)
    #expect(await scene.run(doubled).results?.contains("unprotected header field: date") == true)
    scene.configuration.verification.mustBeSigned = ["Subject"]
    let verdict = await scene.run(mail)
    #expect(verdict.results?.contains("dkim=policy reason=\"unprotected header field: Subject\"") == true)
    #expect(verdict.reply == .refuse(code: 550, enhanced: "5.7.0", text: "bad DKIM signature data"))
  }
}

extension MilterReply {
  fileprivate var isRejection: Bool {
    if case .replyCode(let reply) = self { reply.code == 550 } else { false }
  }
}
