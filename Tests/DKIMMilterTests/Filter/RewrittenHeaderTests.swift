import DKIMCore
import Milter
import Testing

@testable import DKIMConfiguration
@testable import DKIMMilter

/// Signing with a header that is not the one that was received.
@Suite struct RewrittenHeaderTests {
  private func scene(_ rules: String, _ request: SigningRequest) async throws -> FilterScene {
    var scene = try await FilterScene.signing(with: request)
    let (list, problems) = ReplaceRules.read(Array(rules.utf8), file: "rules")
    #expect(problems == [])
    scene.configuration.signing.replaceRules = ReplaceRules(list)
    return scene
  }

  private var masqueraded: FilterScene.Mail {
    var mail = FilterScene.plain
    mail.fields[0].value = " Alice <alice@host.example.com>"
    return mail
  }

  /// Returns the result for the signatures of a verdict, verified in a message.
  private func code(_ verdict: Verdict, _ mail: FilterScene.Mail, _ request: SigningRequest) async throws -> [String] {
    var scene = FilterScene()
    try scene.publish(request)
    var signed = mail
    for edit in verdict.edits {
      if case .insertHeader(_, let name, let value) = edit {
        signed.fields.insert((name, " " + String(decoding: value, as: UTF8.self)), at: 0)
      }
    }
    return await scene.run(signed).signatures.map(\.code.rawValue)
  }

  @Test func `the sender is read, and the header signed, as the MTA will send them`() async throws {
    let request = try FilterScene.request()
    let scene = try await scene("@host.example.com\t@example.com\n", request)
    let verdict = await scene.run(masqueraded)
    #expect(verdict.inserted.count == 1)
    #expect(verdict.inserted[0].contains("d=example.com;"))
    // The message itself is not changed, so that the signature fits only what the MTA makes of it.
    #expect(verdict.edits.count == 1)
    #expect(try await code(verdict, FilterScene.plain, request) == ["pass"])
    #expect(try await code(verdict, masqueraded, request) == ["fail"])
    let step = "+ '@host.example.com' replaces text in From before signing (ReplaceRules, rules:1)"
    #expect(verdict.explanation.description.contains(step))
  }

  @Test func `without the rules, the message is not signed`() async throws {
    let scene = try await FilterScene.signing(with: try FilterScene.request())
    #expect(await scene.run(masqueraded).edits.isEmpty)
  }

  @Test func `mail from external clients is verified as it was received`() async throws {
    let request = try FilterScene.request()
    var scene = try await scene("Hi\tHo\n", request)
    scene.client = FilterScene().client
    try scene.publish(request)
    let verdict = await scene.run(try FilterScene.plain.signed([request]))
    #expect(verdict.counts == [.verified(.pass)])
    #expect(!verdict.explanation.description.contains("ReplaceRules"))
  }

  @Test func `internal mail that is not signed is verified as it was received`() async throws {
    let request = try FilterScene.request("other.example")
    var scene = try await scene("Hi\tHo\n", try FilterScene.request())
    try scene.publish(request)
    var mail = FilterScene.plain
    mail.fields[0].value = " a@other.example"
    #expect(await scene.run(try mail.signed([request])).counts == [.verified(.pass)])
  }

  @Test func `a rule that cannot be applied is a signing error`() async throws {
    let scene = try await scene("ab\tbba\n", try FilterScene.request())
    var mail = FilterScene.plain
    mail.fields[2].value = " " + String(repeating: "a", count: 40) + "b"
    let verdict = await scene.run(mail)
    #expect(verdict.reply == .refuse(code: 550, enhanced: "5.7.0", text: "DKIM signing error"))
    #expect(verdict.lines.first?.contains("ReplaceRules: too many replacements in the field Subject") == true)
  }

  @Test func `a header that grows beyond the limit does not leave unsigned`() async throws {
    var scene = try await scene("@a\t@internal.example.com\n", try FilterScene.request())
    var mail = FilterScene.plain
    let addresses = (1...2500).map { "user\($0)@a.example.net" }.joined(separator: ",\n ")
    mail.fields.insert(("To", " \(addresses)"), at: 0)
    let verdict = await scene.run(mail)
    #expect(verdict.reply == .reject("DKIM signing error"))
    #expect(verdict.lines.contains { $0.hasSuffix("after ReplaceRules") }, "\(verdict.lines)")
    scene.configuration.actions.signatureError = .tempfail
    #expect(await scene.run(mail).reply == .tempfail("DKIM signing error"))
  }
}
