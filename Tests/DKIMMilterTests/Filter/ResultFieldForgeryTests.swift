import DKIMConfiguration
import DKIMCore
import DKIMMilter
import Milter
import Testing

/// Forged Authentication-Results fields that claim to be from this host.
@Suite struct ResultFieldForgeryTests {
  private func scene(_ id: String = "mx.example.org") -> FilterScene {
    var scene = FilterScene()
    scene.configuration.results.authservID = id
    return scene
  }

  private func deleted(_ values: [String], _ scene: FilterScene) async -> [UInt32] {
    var mail = FilterScene.plain
    mail.fields += values.map { ("authentication-RESULTS", $0) }
    return await scene.run(mail).deleted("Authentication-Results")
  }

  @Test(arguments: [
    " mx.example.org; dkim=pass header.d=bank.example", "mx.example.org;dkim=pass",
    " MX.EXAMPLE.ORG; dkim=pass header.d=bank.example",
    " (a comment) mx.example.org (and ) another; (one) dkim=pass header.d=bank.example",
    " \"mx.example.org\"; dkim=pass header.d=bank.example",
    " mx.example.org 1; dkim=pass header.d=bank.example",
    "\n\tmx.example.org;\n\tdkim=pass header.d=bank.example",
    " mx.example.org/4ABCDEF; dkim=pass header.d=bank.example",
    " mx.example.org.; dkim=pass header.d=bank.example",
    " mx . example . org; dkim=pass header.d=bank.example",
    " mx.example.org; dkim=pass (unfinished", " mx.example.org; spf=pass smtp.mailfrom=a@b.example; dkim=pass",
    " mx.example.org", " mx.example.org;;;",
    " (unfinished comment mx.example.org; dkim=pass", " ;mx.example.org; dkim=pass <",
    " mx.example.org; spf=pass dkim=pass header.d=bank.example", " other mx.example.org\u{200D}; dkim=pass",
  ])
  func `every spelling of our authserv-id is removed`(_ value: String) async {
    #expect(await deleted([value], scene()) == [1])
  }

  @Test(arguments: [
    " b\u{FC}cher.example; dkim=pass header.d=bank.example", " B\u{DC}CHER.example; dkim=pass header.d=bank.example",
    " xn--bcher-kva.example; dkim=pass header.d=bank.example",
  ])
  func `international names are one name in any spelling`(_ value: String) async {
    #expect(await deleted([value], scene("b\u{FC}cher.example")) == [1])
    #expect(await deleted([value], scene("xn--bcher-kva.example")) == [1])
  }

  @Test(arguments: [
    " mx.exam\u{AD}ple.org; dkim=pass", " \u{FF4D}\u{FF58}.example.org; dkim=pass",
    " mx\u{3002}example\u{3002}org; dkim=pass", " mx.example.org\u{200B}; dkim=pass",
  ])
  func `names that only look like our authserv-id are removed`(_ value: String) async {
    #expect(await deleted([value], scene()) == [1])
  }

  @Test(arguments: [
    "hi\rAuthentication-Results: mx.example.org; dkim=pass header.d=bank.example", "hi\nauthentication-results\t : x",
    "\r\rAUTHENTICATION-RESULTS:", "hi\n x\rAuthentication-Results: y",
  ])
  func `a field after a line ending inside another field is removed`(_ subject: String) async {
    var mail = FilterScene.plain
    mail.fields.append(("Subject", " " + subject))
    var scene = scene()
    #expect(await scene.run(mail).reply == .refuse(code: 552, enhanced: "5.3.4", text: "too much header data"))
    scene.configuration.results.keepAuthResults = true
    #expect(await scene.run(mail).reply == .accept)
  }

  @Test func `a field with an unknown authserv-id does not hide other fields`() async {
    var mail = FilterScene.plain
    mail.fields.append(("X;Y", " hi\rAuthentication-Results: mx.example.org; dkim=pass header.d=bank.example"))
    #expect(await scene().run(mail).reply == .refuse(code: 552, enhanced: "5.3.4", text: "too much header data"))
  }

  @Test(arguments: ["Authentication-Results: x", "x\n Authentication-Results: x", "hi\rAuthentication-Resultsx: y"])
  func `other texts are accepted`(_ subject: String) async {
    var mail = FilterScene.plain
    mail.fields.append(("Subject", " " + subject))
    #expect(await scene().run(mail).reply == .accept)
  }

  @Test func `mail that is not verified does not keep forged fields either`() async throws {
    let value = " mx.example.org; dkim=pass header.d=bank.example"
    var exempt = scene()
    exempt.configuration.origin.exemptDomains = try await Lists.members("example.com")
    #expect(await deleted([value], exempt) == [1])
    var long = scene()
    long.configuration.limits.maximumHeaders = 100
    long.configuration.actions.security = .quarantine
    var mail = FilterScene.plain
    mail.fields.insert(("Authentication-Results", value), at: 0)
    mail.fields.append(("X-Long", String(repeating: "x", count: 200)))
    var verdict = await long.run(mail)
    #expect(verdict.quarantine != nil && verdict.deleted("Authentication-Results") == [1])
    for action in [ConfiguredAction.accept, .quarantine] {
      var failing = scene()
      failing.configuration.verification.trustSignaturesFrom = MembershipList(Lists.Broken())
      failing.configuration.actions.internalError = action
      verdict = await failing.run(try mail.signed([try FilterScene.request("third.example")]))
      #expect(verdict.reply == .accept && verdict.deleted("Authentication-Results") == [1])
    }
    // Fields of internal clients are kept, as long as the message is not verified.
    var ours = try await FilterScene.signing(with: try FilterScene.request())
    ours.configuration.results.authservID = "mx.example.org"
    ours.configuration.origin.dontSignMailTo = try await Lists.members("bob@example.net")
    #expect(await deleted([value], ours) == [])
  }

  @Test(arguments: [
    " other.example; dkim=pass header.d=bank.example", " mx.example.org.evil.example; dkim=pass",
    " notmx.example.org; dkim=pass", " dkim=pass header.d=bank.example", " mx.example.org; spf=pass smtp.mailfrom=a",
    " other.example; dkim=pass (unfinished",
  ])
  func `fields of other hosts are kept`(_ value: String) async {
    #expect(await deleted([value], scene()) == [])
  }

  @Test func `they are removed from the last to the first`() async {
    let ours = " mx.example.org; dkim=pass header.d=bank.example"
    #expect(await deleted([ours, " other.example; dkim=pass", ours, ours], scene()) == [4, 3, 1])
  }

  @Test func `settings determine the fields that are removed`() async {
    let spf = " mx.example.org; spf=pass smtp.mailfrom=a@b.example"
    let friend = " FRIEND.example; dkim=pass header.d=bank.example"
    var scene = scene()
    #expect(await deleted([spf, friend], scene) == [])
    scene.configuration.results.removeARAll = true
    scene.configuration.results.removeARFrom = ["friend.example"]
    #expect(await deleted([spf, friend], scene) == [2, 1])
    scene.configuration.results.keepAuthResults = true
    #expect(await deleted([spf, friend], scene) == [])
  }

  @Test func `they are removed before our own field is inserted`() async {
    var scene = scene()
    scene.configuration.results.alwaysAddARHeader = true
    var mail = FilterScene.plain
    mail.fields.append(("Authentication-Results", " mx.example.org; dkim=pass header.d=bank.example"))
    let verdict = await scene.run(mail)
    #expect(verdict.edits.first == .deleteHeader(name: "Authentication-Results", index: 1))
    #expect(verdict.edits.count == 2)
    #expect(
      verdict.lines.first == "4ABCDEF: Authentication-Results: header field removed: it claims to be by mx.example.org")
  }

  @Test func `forged fields are also removed without a sender, but not when signing`() async throws {
    let forged = ("Authentication-Results", " mx.example.org; dkim=pass header.d=bank.example")
    var mail = FilterScene.plain
    mail.fields.append(forged)
    var signing = try await FilterScene.signing(with: try FilterScene.request())
    signing.configuration.results.authservID = "mx.example.org"
    #expect(await signing.run(mail).deleted("Authentication-Results") == [])
    mail.fields.removeFirst()
    #expect(await scene().run(mail).deleted("Authentication-Results") == [1])
  }

  @Test func `a message with more forged fields past the limit than can be removed is refused`() async {
    var scene = scene()
    scene.configuration.limits.maximumHeaders = 200
    scene.configuration.actions.security = .accept
    var mail = FilterScene.plain
    mail.fields.append(("X-Large", String(repeating: "x", count: 200)))
    mail.fields += Array(repeating: ("Authentication-Results", " mx.example.org; dkim=pass"), count: 10_001)
    var verdict = await scene.run(mail)
    #expect(verdict.reply == .refuse(code: 552, enhanced: "5.3.4", text: "too much header data"))
    mail.fields.removeLast()
    verdict = await scene.run(mail)
    #expect(verdict.reply == .accept && verdict.deleted("Authentication-Results").count == 10_000)
  }

  @Test func `many cost linear time`() async {
    var scene = scene()
    scene.configuration.limits.maximumHeaders = 0
    let many = Array(repeating: " mx.example.org; dkim=pass", count: 5000)
    let deleted = await deleted(many, scene)
    #expect(deleted.count == 5000 && deleted.first == 5000)
  }
}
