import DKIMConfiguration
import DKIMCore
import DKIMMilter
import Milter
import Testing

/// `DefaultSender`, and `WeakSyntaxChecks` for mail without a readable sender.
@Suite struct DefaultSenderTests {
  private func scene() async throws -> FilterScene {
    var scene = try await FilterScene.signing(with: try FilterScene.request())
    scene.configuration.origin.defaultSender = try MailAddress("root@example.com")
    return scene
  }

  private func mail(from value: String) -> FilterScene.Mail {
    var mail = FilterScene.plain
    mail.fields[0].value = value
    return mail
  }

  @Test func `a message without a readable sender is signed for the default`() async throws {
    let verdict = try await scene().run(mail(from: " root (Cron)"))
    #expect(verdict.inserted.count == 1 && verdict.inserted[0].contains("d=example.com;"))
    // OpenDKIM's line about a sender that it cannot read would say that the message is not signed.
    #expect(verdict.lines == [])
    let explanation = verdict.explanation.description
    #expect(explanation.contains("+ sender root@example.com, because there is no other (DefaultSender)"))
    #expect(explanation.contains("  ! the field From does not contain an address: "))
  }

  @Test func `a sender in the message takes precedence`() async throws {
    let verdict = try await scene().run(mail(from: " bob@other.example"))
    #expect(!verdict.inserted.contains { $0.hasPrefix("DKIM-Signature") })
  }

  @Test func `a message without a From field is never signed`() async throws {
    var mail = FilterScene.plain
    mail.fields.removeFirst()
    let verdict = try await scene().run(mail)
    #expect(verdict.reply == .accept)
    #expect(!verdict.inserted.contains { $0.hasPrefix("DKIM-Signature") })
    #expect(verdict.results?.contains("dkim=permerror") == true)
  }

  @Test func `mail from external clients has no default sender`() async throws {
    var scene = try await scene()
    scene.client = FilterScene().client
    let verdict = await scene.run(mail(from: " root"))
    #expect(verdict.results?.contains("dkim=permerror (bad message/signature format)") == true)
    #expect(!verdict.inserted.contains { $0.hasPrefix("DKIM-Signature") })
  }

  @Test(arguments: [false, true])
  func `an unsigned message without a readable sender is malformed unless checks are weak`(isWeak: Bool) async {
    var scene = FilterScene()
    scene.configuration.verification.weakSyntaxChecks = isWeak
    scene.configuration.results.alwaysAddARHeader = true
    let mail = mail(from: " Alice <alice>")
    #expect(await scene.run(mail).results?.contains(isWeak ? "dkim=none" : "dkim=permerror") == true)
    scene.configuration.actions.noSignature = .reject
    #expect(await scene.run(mail).reply == (isWeak ? .reject("no DKIM signature data") : .accept))
    // Internal mail is never refused because it has no signature.
    scene.client = FilterScene.inside
    #expect(await scene.run(mail).reply == .accept)
  }
}
