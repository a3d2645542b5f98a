import DKIMConfiguration
import DKIMCore
import Milter
import Testing

@testable import DKIMMilter

/// `RedirectFailuresTo`. Debian's OpenDKIM sends the same modifications, in another order of the recipients.
@Suite struct RedirectionTests {
  /// A scene that redirects, and a message whose signature is broken.
  private static func broken() throws -> (scene: FilterScene, mail: FilterScene.Mail) {
    var scene = FilterScene()
    scene.configuration.actions.redirectFailuresTo = try MailAddress("abuse@example.org")
    let request = try FilterScene.request()
    try scene.publish(request)
    var mail = try FilterScene.plain.signed([request])
    mail.recipients = ["<bob@example.net>", "carol@example.org"]
    mail.body = "Changed\r\n"
    return (scene, mail)
  }

  private static func text(_ edit: MilterModification) -> String? {
    switch edit {
    case .deleteRecipient(let address): "- \(String(decoding: address, as: UTF8.self))"
    case .addRecipient(let address): "+ \(String(decoding: address, as: UTF8.self))"
    case .addHeader(let name, let value): "\(name): \(String(decoding: value, as: UTF8.self))"
    default: nil
    }
  }

  @Test func `a bad signature replaces the recipients and names them in fields`() async throws {
    let (scene, mail) = try Self.broken()
    let verdict = await scene.run(mail)
    #expect(verdict.reply == .accept)
    #expect(
      verdict.edits.compactMap(Self.text) == [
        "- <bob@example.net>", "Original-Recipient: rfc822;bob@example.net", "- carol@example.org",
        "Original-Recipient: rfc822;carol@example.org", "+ abuse@example.org",
      ])
    #expect(verdict.lines.contains("4ABCDEF: redirected to abuse@example.org"))
    #expect(verdict.explanation.description.contains("+ redirected to abuse@example.org (RedirectFailuresTo)"))
  }

  @Test func `quarantined mail is redirected, refused mail is not`() async throws {
    var (scene, mail) = try Self.broken()
    scene.configuration.actions.badSignature = .quarantine
    let held = await scene.run(mail)
    #expect(held.quarantine != nil && held.edits.contains(.addRecipient(Array("abuse@example.org".utf8))))
    for action in [ConfiguredAction.reject, .tempfail, .discard] {
      scene.configuration.actions.badSignature = action
      #expect(await scene.run(mail).edits.compactMap(Self.text) == [])
    }
  }

  @Test func `good, unsigned, untrusted and testing signatures redirect nothing`() async throws {
    var (scene, mail) = try Self.broken()
    mail.body = FilterScene.plain.body
    #expect(await scene.run(mail).edits.compactMap(Self.text) == [])
    #expect(await scene.run(FilterScene.plain).edits.compactMap(Self.text) == [])
    let request = try FilterScene.request()
    try scene.publish(request, flags: "t=y;")
    var testing = try FilterScene.plain.signed([request])
    testing.body = "Changed\r\n"
    #expect(await scene.run(testing).edits.compactMap(Self.text) == [])
    // The key does not exist, so On-KeyNotFound decides.
    scene.answers = [:]
    #expect(await scene.run(testing).edits.compactMap(Self.text) == [])
  }

  @Test func `mail with recipients that cannot be removed is deferred`() async throws {
    var (scene, mail) = try Self.broken()
    mail.recipients.append("<\(String(repeating: "x", count: 3000))@example.net>")
    let verdict = await scene.run(mail)
    #expect(verdict.reply == .tempfail && verdict.edits.isEmpty)
    scene.configuration.actions.redirectFailuresTo = nil
    #expect(await scene.run(mail).reply == .accept)
  }

  @Test func `line breaks in a recipient do not reach the field`() async throws {
    var (scene, mail) = try Self.broken()
    scene.configuration.actions.badSignature = .accept
    mail.recipients = ["<a\nX: y@example.net>"]
    #expect(await scene.run(mail).edits.compactMap(Self.text).contains("Original-Recipient: rfc822;a X: y@example.net"))
  }

  @Test func `the actions are requested from the MTA only with the setting`() throws {
    var (scene, _) = try Self.broken()
    let with = FilterRequirements(MailPolicy(scene.configuration, hostName: "host.example.org")).negotiation
    #expect(with.requiredActions.isSuperset(of: [.addRecipients, .deleteRecipients]))
    #expect(!with.protocolOptions.contains(.noRecipients))
    scene.configuration.actions.redirectFailuresTo = nil
    let without = FilterRequirements(MailPolicy(scene.configuration, hostName: "host.example.org")).negotiation
    #expect(without.requiredActions.isDisjoint(with: [.addRecipients, .deleteRecipients]))
    #expect(without.protocolOptions.contains(.noRecipients))
  }

  @Test func `a message is deferred if a recipient is not UTF-8, because the MTA would keep it`() async throws {
    var (scene, mail) = try Self.broken()
    mail.recipients.append("<\u{FFFD}@example.net>")
    let verdict = await scene.run(mail)
    #expect(verdict.reply == .tempfail && verdict.edits.isEmpty)
    scene.configuration.actions.redirectFailuresTo = nil
    #expect(await scene.run(mail).reply == .accept)
  }

  @Test func `the new recipient has A-labels`() async throws {
    var (scene, mail): (FilterScene, FilterScene.Mail) = try Self.broken()
    scene.configuration.actions.redirectFailuresTo = try MailAddress("abuse@b\u{FC}cher.example")
    #expect(await scene.run(mail).edits.compactMap(Self.text).last == "+ abuse@xn--bcher-kva.example")
  }
}
