import DKIMConfiguration
import DKIMCore
import DKIMMilter
import Milter
import Testing

/// One test for each defect of OpenDKIM that is fixed here, named after it, and for the setting that restores it.
@Suite struct FilterDefectTests {
  private func signed(
    flags: String = "", at time: Timestamp = FilterScene.time,
    _ change: (inout SigningRequest) throws -> Void = { _ in }
  ) throws -> (scene: FilterScene, mail: FilterScene.Mail) {
    var scene = FilterScene()
    var request = try FilterScene.request()
    try change(&request)
    try scene.publish(request, flags: flags)
    return (scene, try FilterScene.plain.signed([request], at: time))
  }

  private let rejected = MilterReply.refuse(code: 550, enhanced: "5.7.0", text: "bad DKIM signature data")

  @Test func `a key of another type than signature algorithm makes no broken signature`() async throws {
    var scene = try await FilterScene.signing(with: try FilterScene.request(type: .rsa))
    scene.configuration.signing.signatureAlgorithm = .ed25519
    let verdict = await scene.run(FilterScene.plain)
    #expect(verdict.edits.isEmpty)
    #expect(verdict.reply == .refuse(code: 550, enhanced: "5.7.0", text: "DKIM signing error"))
    #expect(verdict.counts == [.signingFailed])
  }

  @Test func `On-DNSError applies, and the field is always added`() async throws {
    var (scene, mail) = try signed()
    scene.answers["sel._domainkey.example.com"] = .failure(.timeout(seconds: 5))
    let verdict = await scene.run(mail)
    #expect(verdict.reply == .refuse(code: 451, enhanced: "4.7.5", text: "DKIM key retrieval failed"))
    #expect(verdict.results?.contains("dkim=temperror") == true)
    #expect(verdict.lines == ["4ABCDEF: key retrieval failed (s=sel, d=example.com): query timed out"])
    scene.configuration.actions.dnsError = .reject
    #expect(await scene.run(mail).reply == .refuse(code: 550, enhanced: "5.7.0", text: "DKIM key retrieval failed"))
    scene.configuration.openDKIMCompatibility = [.acceptDNSErrors]
    let old = await scene.run(mail)
    #expect(old.reply == .accept && old.results == nil)
  }

  @Test func `quarantine works`() async throws {
    var (scene, mail) = try signed()
    mail.body += "x\r\n"
    scene.configuration.actions.badSignature = .quarantine
    var verdict = await scene.run(mail)
    #expect(verdict.reply == .accept && verdict.quarantine == "bad DKIM signature data")
    #expect(MailPolicy(scene.configuration, hostName: "h").quarantines)
    scene.client.canQuarantine = false
    verdict = await scene.run(mail)
    #expect(verdict.reply == .refuse(code: 451, enhanced: "4.7.0", text: "bad DKIM signature data"))
    scene.configuration.openDKIMCompatibility = [.ignoreQuarantine]
    verdict = await scene.run(mail)
    #expect(verdict.reply == .accept && verdict.quarantine == nil)
  }

  @Test func `quarantine waits for the end of the message wherever it is decided`() async throws {
    var scene = try await FilterScene.signing(with: try FilterScene.request())
    scene.configuration.actions.signatureError = .quarantine
    scene.configuration.actions.security = .quarantine
    var mail = FilterScene.plain
    mail.fields.append(("From", " mallory@evil.example"))
    let policy = MailPolicy(scene.configuration, hostName: "h")
    var message = policy.message(from: scene.client)
    scene.fill(&message, mail)
    guard case .body(_, .enough) = message.begin(await policy.decide(message.facts), at: FilterScene.time) else {
      Issue.record("a message cannot be quarantined before its end")
      return
    }
    let verdict = message.finish()
    #expect(verdict.quarantine == "DKIM signing error")
    #expect(verdict.log.map(\.event.name) == ["signature-error"])
    scene.configuration.limits.maximumHeaders = 20
    #expect(await scene.run(mail).quarantine == "too much header data")
  }

  @Test func `AlwaysAddARHeader does not disable On-NoSignature`() async throws {
    var scene = FilterScene()
    scene.configuration.results.alwaysAddARHeader = true
    scene.configuration.actions.noSignature = .reject
    let verdict = await scene.run(FilterScene.plain)
    #expect(verdict.reply == .refuse(code: 550, enhanced: "5.7.0", text: "no DKIM signature data"))
    #expect(verdict.log.map(\.event.level) == [.notice])
    scene.configuration.openDKIMCompatibility = [.alwaysAddHidesUnsigned]
    #expect(await scene.run(FilterScene.plain).reply == .accept)
  }

  @Test(arguments: [
    (Minimum.bytes(3), "pass"), (.bytes(4), "policy"), (.percent(50), "policy"), (.percent(30), "pass"),
    (.unsigned(6), "policy"), (.unsigned(7), "pass"), (.bytes(0), "pass"),
  ])
  func `minimum works`(_ minimum: Minimum, _ word: String) async throws {
    // Three of ten bytes are signed.
    var (scene, mail) = try signed { $0.bodyLength = .exactly(3) }
    scene.configuration.verification.minimum = minimum
    scene.configuration.actions.badSignature = .reject
    mail.body = "Hello\r\nx\r\n"
    let verdict = await scene.run(mail)
    #expect(verdict.counts.map { "\($0)" } == ["verified(DKIMCore.DKIMResultCode.\(word))"])
    #expect((verdict.reply == .accept) == (word == "pass"))
    scene.configuration.openDKIMCompatibility = [.ignoreMinimum]
    #expect(await scene.run(mail).reply == .accept)
  }

  @Test func `unsigned text after a length is reported and is not a pass`() async throws {
    let (scene, mail) = try signed { $0.bodyLength = .exactly(3) }
    #expect(
      await scene.run(mail).results?.contains("dkim=policy reason=\"4 bytes at the end of the body are unsigned")
        == true)
    var tolerant = scene
    tolerant.configuration.verification.minimum = .bytes(0)
    #expect(
      await tolerant.run(mail).results?.contains("dkim=pass (256-bit key; unprotected; 4 octets of the body unsigned)")
        == true)
  }

  @Test func `RemoveARFrom accepts names below a domain`() async throws {
    var scene = FilterScene()
    scene.configuration.results.removeARFrom = [".example.net"]
    var mail = FilterScene.plain
    mail.fields.insert(("Authentication-Results", " a.example.net; dkim=pass header.d=x.example"), at: 0)
    mail.fields.insert(("Authentication-Results", " example.net; dkim=pass header.d=x.example"), at: 0)
    #expect(await scene.run(mail).deleted("Authentication-Results") == [2])
  }

  @Test func `expired and future signatures are bad signatures`() async throws {
    var (scene, mail) = try signed(at: Timestamp(1_779_000_000)) { try $0.setLifetime(.seconds(60)) }
    scene.configuration.actions.badSignature = .reject
    var verdict = await scene.run(mail)
    #expect(verdict.reply == rejected && verdict.counts == [.verified(.policy)])
    scene.configuration.openDKIMCompatibility = [.acceptExpired]
    #expect(await scene.run(mail).reply == .accept)
    (scene, mail) = try signed(at: Timestamp(1_790_000_000))
    scene.configuration.actions.badSignature = .reject
    verdict = await scene.run(mail)
    #expect(verdict.reply == rejected && verdict.counts == [.verified(.policy)])
  }

  @Test func `a key that is too small is a bad signature`() async throws {
    var scene = FilterScene()
    let request = try FilterScene.request(type: .rsa)
    try scene.publish(request)
    scene.configuration.verification.policy.minimumRSABits = 2048
    scene.configuration.actions.badSignature = .reject
    let verdict = await scene.run(try FilterScene.plain.signed([request]))
    #expect(verdict.reply == rejected)
    #expect(
      verdict.results?.contains("dkim=policy reason=\"signing key too small: 1024 bits, need at least 2048\"") == true)
  }

  @Test func `a malformed signature of another domain does not prevent signing`() async throws {
    var scene = try await FilterScene.signing(with: try FilterScene.request())
    var mail = FilterScene.plain
    mail.fields.insert(("DKIM-Signature", " v=1; nonsense"), at: 0)
    #expect(await scene.run(mail).inserted.count == 1)
    scene.configuration.openDKIMCompatibility = [.malformedStopsSigning]
    let verdict = await scene.run(mail)
    #expect(verdict.edits.isEmpty && verdict.reply == .accept)
  }

  @Test func `keys in test mode are reported and soften the action`() async throws {
    var (scene, mail) = try signed(flags: "t=y; ")
    scene.configuration.actions.badSignature = .reject
    #expect(await scene.run(mail).results?.contains("dkim=pass (256-bit key; unprotected; testing)") == true)
    mail.body += "x\r\n"
    let verdict = await scene.run(mail)
    #expect(verdict.reply == .accept)
    #expect(verdict.results?.contains("dkim=fail") == true)
  }

  @Test func `two from fields are not signed`() async throws {
    var scene = try await FilterScene.signing(with: try FilterScene.request())
    var mail = FilterScene.plain
    mail.fields.append(("From", " mallory@evil.example"))
    let verdict = await scene.run(mail)
    #expect(verdict.edits.isEmpty)
    #expect(verdict.reply == .refuse(code: 550, enhanced: "5.7.0", text: "DKIM signing error"))
    #expect(
      verdict.lines == ["4ABCDEF: signature generation error: the message has 2 From fields; exactly one is allowed"])
    scene.configuration.actions.signatureError = .accept
    #expect(await scene.run(mail).reply == .accept)
  }

  @Test func `internal mail from a domain that is not signed is not refused for this`() async throws {
    var scene = try await FilterScene.signing(with: try FilterScene.request(), domains: "other.example")
    scene.configuration.actions.noSignature = .reject
    #expect(await scene.run(FilterScene.plain).reply == .accept)
    scene.configuration.openDKIMCompatibility = [.verifyInternal]
    #expect(
      await scene.run(FilterScene.plain).reply == .refuse(code: 550, enhanced: "5.7.0", text: "no DKIM signature data"))
    scene.configuration.openDKIMCompatibility = []
    scene.client = FilterScene().client
    #expect(
      await scene.run(FilterScene.plain).reply == .refuse(code: 550, enhanced: "5.7.0", text: "no DKIM signature data"))
  }

  @Test func `ignored signatures are not neutral`() async throws {
    var (scene, mail) = try signed()
    scene.configuration.verification.policy.maximumSignatures = 1
    mail = try mail.signed([try FilterScene.request("a.example")])
    #expect(await scene.run(mail).counts == [.verified(.fail), .verified(.policy)])
  }
}
