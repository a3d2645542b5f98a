import DKIMCore
import Milter
import Testing

@testable import DKIMConfiguration
@testable import DKIMMilter

/// `ResignMailTo` and `ResignAll`.
@Suite struct ResigningTests {
  private let ours = Result { try FilterScene.request("lists.example", "ours") }
  private let theirs = Result { try FilterScene.request() }

  /// A filter that signs mail to lists.example again, whose key is k1.
  private func scene(_ list: String = "lists.example=k1") async throws -> FilterScene {
    var scene = FilterScene.signing(
      table: [("lists.example", "k1")], keys: [("k1", "lists.example", try ours.get())])
    scene.client = FilterScene().client
    scene.configuration.origin.resignMailTo = try await Lists.members(list)
    try scene.publish(try theirs.get())
    return scene
  }

  private func mail(to recipient: String = "<all@lists.example>", signed: Bool = true) throws -> FilterScene.Mail {
    var mail = signed ? try FilterScene.plain.signed([try theirs.get()]) : FilterScene.plain
    mail.recipients = [recipient]
    return mail
  }

  /// The message after the changes of a verdict.
  private func changed(_ mail: FilterScene.Mail, by verdict: Verdict) -> FilterScene.Mail {
    var mail = mail
    for edit in verdict.edits {
      guard case .insertHeader(_, let name, let value) = edit else { continue }
      mail.fields.insert((name, " " + String(decoding: value, as: UTF8.self)), at: 0)
    }
    return mail
  }

  @Test func `a message whose signature passes is signed again`() async throws {
    let scene = try await scene()
    let verdict = await scene.run(try mail())
    #expect(verdict.reply == .accept)
    #expect(verdict.counts == [.verified(.pass), .signed(.ed25519)])
    #expect(verdict.results?.contains("dkim=pass") == true)
    #expect(verdict.inserted.map { String($0.prefix { $0 != ":" }) } == ["Authentication-Results", "DKIM-Signature"])
    #expect(verdict.inserted[1].contains("d=lists.example;"))
    let explanation = verdict.explanation.description
    #expect(explanation.contains("+ all@lists.example matches 'lists.example' (ResignMailTo"))
    #expect(explanation.contains(". to be signed again if a signature passes: a=ed25519-sha256 d=lists.example s=ours"))
    // Both signatures pass at the next receiver.
    var next = FilterScene()
    try next.publish(try ours.get())
    try next.publish(try theirs.get())
    #expect(await next.run(changed(try mail(), by: verdict)).counts == [.verified(.pass), .verified(.pass)])
  }

  @Test(arguments: [
    ("all@lists.example=k1", "all@lists.example", true), ("lists.example=k1", "any@lists.example", true),
    (".example=k1", "any@lists.example", true), (".lists.example=k1", "any@lists.example", false),
    ("other@lists.example=k1", "all@lists.example", false),
  ])
  func `recipients are matched as addresses, domains and parent domains`(
    row: String, recipient: String, isSigned: Bool
  ) async throws {
    let verdict = try await scene(row).run(try mail(to: "<\(recipient)>"))
    #expect(verdict.counts == [.verified(.pass)] + (isSigned ? [.signed(.ed25519)] : []))
  }

  @Test func `unsigned and bad mail is signed only with ResignAll`() async throws {
    var scene = try await scene()
    let unsigned = try mail(signed: false)
    var bad = try mail()
    bad.body = "Bye\r\n"
    #expect(await scene.run(unsigned).counts == [.unsigned])
    let refused = await scene.run(bad)
    #expect(refused.counts == [.verified(.fail)])
    #expect(refused.explanation.description.contains("- not signed again (ResignMailTo)"))
    scene.configuration.signing.resignsAll = true
    for message in [unsigned, bad] {
      let verdict = await scene.run(message)
      #expect(verdict.counts.last == .signed(.ed25519))
      var next = FilterScene()
      try next.publish(try ours.get())
      next.configuration.verification.policy.maximumSignatures = 1
      #expect(await next.run(changed(message, by: verdict)).results?.contains("dkim=pass") == true)
    }
  }

  @Test func `a message from a domain that is testing counts as unsigned`() async throws {
    var scene = try await scene()
    try scene.publish(try theirs.get(), flags: "t=y;")
    #expect(await scene.run(try mail()).counts == [.verified(.pass)])
  }

  @Test func `a malformed message is not signed with StrictHeaders, also with ResignAll`() async throws {
    var scene = try await scene()
    scene.configuration.signing.resignsAll = true
    scene.configuration.verification.strictHeaders = true
    var mail = try mail(signed: false)
    mail.fields.append(("Subject", " Hi again"))
    #expect(await scene.run(mail).counts == [.verified(.permerror)])
  }

  @Test func `a message that cannot be signed again is treated as On-SignatureError says`() async throws {
    var scene = try await scene()
    scene.configuration.signing.resignsAll = true
    var mail = try mail(signed: false)
    mail.fields.append(("From", " b@example.com"))
    let verdict = await scene.run(mail)
    #expect(verdict.reply == .reject("DKIM signing error"))
    #expect(verdict.counts == [.unsigned, .signingFailed])
  }

  @Test func `a message that is refused is not signed, also with ResignAll`() async throws {
    var scene = try await scene()
    scene.configuration.signing.resignsAll = true
    scene.configuration.actions.badSignature = .reject
    var bad = try mail()
    bad.body = "Bye\r\n"
    let verdict = await scene.run(bad)
    #expect(verdict.reply == .reject("bad DKIM signature data"))
    #expect(!verdict.inserted.contains { $0.hasPrefix("DKIM-Signature") })
  }

  @Test func `Authentication-Results fields are not signed, because they change`() async throws {
    var scene = try await scene()
    scene.configuration.signing.signedHeaders = HeaderSelection(["*"])
    scene.configuration.signing.oversignHeaders = ["From", "Authentication-Results"]
    let verdict = await scene.run(try mail())
    let field = try #require(verdict.inserted.last).replacing("\n\t ", with: "")
    #expect(!field.lowercased().contains("authentication-results"))
    var next = FilterScene()
    try next.publish(try ours.get())
    next.configuration.verification.policy.maximumSignatures = 1
    #expect(await next.run(changed(try mail(), by: verdict)).counts.first == .verified(.pass))
  }

  @Test func `a key that does not exist defers the message`() async throws {
    let verdict = try await scene("lists.example=k2").run(try mail())
    #expect(verdict.reply == .tempfail)
    #expect(verdict.lines == ["4ABCDEF: signing table references unknown key 'k2'"])
  }

  @Test func `a data set that fails defers the message`() async throws {
    var scene = try await scene()
    scene.configuration.origin.resignMailTo = MembershipList(Lists.Broken())
    scene.configuration.actions.internalError = .accept
    #expect(await scene.run(try mail()).reply == .tempfail)
  }

  @Test func `mail to DontSignMailTo is only verified`() async throws {
    var scene = try await scene()
    scene.configuration.origin.dontSignMailTo = try await Lists.members("all@lists.example")
    #expect(await scene.run(try mail()).counts == [.verified(.pass)])
  }

  @Test func `with Domain, the recipient's domain signs`() async throws {
    var scene = try await FilterScene.signing(with: try ours.get(), domains: "lists.example")
    scene.client = FilterScene().client
    scene.configuration.origin.resignMailTo = try await Lists.members("lists.example,elsewhere.example")
    try scene.publish(try theirs.get())
    let verdict = await scene.run(try mail())
    #expect(verdict.inserted.last?.contains("d=lists.example;") == true)
    #expect(await scene.run(try mail(to: "<a@elsewhere.example>")).reply == .tempfail)
  }

  @Test func `internal mail that is signed is signed once`() async throws {
    var scene = try await scene()
    scene.client = FilterScene.inside
    var mail = try mail(signed: false)
    mail.fields[0].value = " a@lists.example"
    #expect(await scene.run(mail).counts == [.signed(.ed25519)])
  }

  @Test func `without the setting, the recipients are not asked for`() {
    var configuration = Configuration()
    #expect(!configuration.needsRecipients)
    configuration.origin.resignMailTo = MembershipList(Lists.Broken())
    #expect(configuration.needsRecipients)
  }

  @Test func `a domain in From has to sign the message itself before a signature seems to confirm it`() async throws {
    var scene = try await scene("lists.example=k1,other.example=k1")
    var forged = FilterScene.plain
    forged.fields[0].value = " The boss <boss@sub.lists.example>"
    forged = try forged.signed([try theirs.get()])
    forged.recipients = ["<x@other.example>"]
    let verdict = await scene.run(forged)
    #expect(verdict.reply == .accept && verdict.counts == [.verified(.pass)])
    let why = "- not signed again: sub.lists.example, the domain in From, has not signed the message (ResignMailTo)"
    #expect(verdict.explanation.description.contains(why))
    // ResignAll asks for a signature in any case, and internal clients are trusted.
    var all = scene
    all.configuration.signing.resignsAll = true
    #expect(await all.run(forged).counts == [.verified(.pass), .signed(.ed25519)])
    var inside = scene
    inside.client = FilterScene.inside
    #expect(await inside.run(forged).counts == [.verified(.pass), .signed(.ed25519)])
    try scene.publish(try ours.get())
    let confirmed = try forged.signed([try ours.get()])
    #expect(await scene.run(confirmed).counts == [.verified(.pass), .verified(.pass), .signed(.ed25519)])
  }

  @Test(arguments: [("sub.lists.example", false), ("lists.example", false), ("other.example", true)])
  func `the same is required of all domains of the signer's organization`(from: String, isSigned: Bool) async throws {
    var scene = FilterScene.signing(
      table: [("lists.example", "k1")],
      keys: [("k1", "news.lists.example", try FilterScene.request("news.lists.example", "ours"))])
    scene.client = FilterScene().client
    scene.configuration.origin.resignMailTo = try await Lists.members("lists.example=k1")
    try scene.publish(try theirs.get())
    var forged = FilterScene.plain
    forged.fields[0].value = " The boss <boss@\(from)>"
    forged = try forged.signed([try theirs.get()])
    forged.recipients = ["<all@lists.example>"]
    #expect(await scene.run(forged).counts == [.verified(.pass)] + (isSigned ? [.signed(.ed25519)] : []))
  }

  @Test func `a key that cannot be used affects only messages that would be signed again`() async throws {
    var scene = try await scene()
    scene.configuration.signing.signatureAlgorithm = .rsa
    #expect(await scene.run(try mail(signed: false)).counts == [.unsigned])
    var bad = try mail()
    bad.body = "Bye\r\n"
    scene.configuration.actions.badSignature = .reject
    #expect(await scene.run(bad).reply == .reject("bad DKIM signature data"))
    let verdict = await scene.run(try mail())
    #expect(verdict.reply == .reject("DKIM signing error"))
    #expect(verdict.counts == [.verified(.pass), .signingFailed])
    let line = "4ABCDEF: signature generation error: there is no rsa key, which SignatureAlgorithm requires"
    #expect(verdict.lines.contains(line), "\(verdict.lines)")
  }

  @Test func `a message is signed again as ReplaceRules change it, and verified as it was received`() async throws {
    var scene = try await scene()
    let (rules, problems) = ReplaceRules.read(Array("Hi\tHo\n".utf8), file: "rules")
    #expect(problems == [])
    scene.configuration.signing.replaceRules = ReplaceRules(rules)
    let verdict = await scene.run(try mail())
    #expect(verdict.counts == [.verified(.pass), .signed(.ed25519)])
    var later = changed(try mail(), by: verdict)
    for index in later.fields.indices where later.fields[index].name == "Subject" { later.fields[index].value = " Ho" }
    var next = FilterScene()
    try next.publish(try ours.get())
    next.configuration.verification.policy.maximumSignatures = 1
    #expect(await next.run(later).counts.first == .verified(.pass))
  }
}
