import DKIMConfiguration
import DKIMCore
import DKIMMilter
import Milter
import Testing

@Suite struct IdentityHeaderTests {
  private func scene(_ request: SigningRequest, removes: Bool = false) async throws -> FilterScene {
    var scene = try await FilterScene.signing(with: request)
    scene.configuration.signing.identityHeader = "X-Identity"
    scene.configuration.signing.removesIdentityHeader = removes
    return scene
  }

  private func mail(_ identities: String...) -> FilterScene.Mail {
    var mail = FilterScene.plain
    for identity in identities { mail.fields.append(("X-Identity", identity)) }
    return mail
  }

  @Test(arguments: [
    (" bob@example.com", "i=bob@example.com;"), (" Bob <bob@sub.example.com>", "i=bob@sub.example.com;"),
    (" @example.com ", "i=@example.com;"),
  ])
  func `the field contains the identity`(value: String, tag: String) async throws {
    let verdict = try await scene(try FilterScene.request()).run(mail(value))
    #expect(verdict.inserted[0].contains(tag), "\(verdict.inserted)")
    #expect(verdict.edits.count == 1)
    #expect(verdict.explanation.description.contains(", from the field X-Identity (IdentityHeader)"))
  }

  @Test(arguments: [" bob@other.example", " example.com", "", " b\u{7}b@example.com"])
  func `another text is not used`(value: String) async throws {
    let verdict = try await scene(try FilterScene.request()).run(mail(value))
    #expect(verdict.inserted.count == 1 && !verdict.inserted[0].contains("i="))
    #expect(
      verdict.lines.contains {
        $0.hasSuffix("in the field X-Identity is not within d=example.com and is not used as i=")
      })
  }

  @Test func `the identity in the SigningTable is used unless the field has another`() async throws {
    var scene = FilterScene.signing(
      table: [("example.com", "k1:list@example.com")], keys: [("k1", "example.com", try FilterScene.request())])
    scene.configuration.signing.identityHeader = "X-Identity"
    #expect(await scene.run(mail()).inserted[0].contains("i=list@example.com;"))
    #expect(await scene.run(mail(" x@other.example")).inserted[0].contains("i=list@example.com;"))
    #expect(await scene.run(mail(" bob@example.com")).inserted[0].contains("i=bob@example.com;"))
  }

  @Test func `the fields are removed from the last to the first, and the signature fits what is left`() async throws {
    let request = try FilterScene.request()
    var scene = try await scene(request, removes: true)
    scene.configuration.signing.signedHeaders = HeaderSelection(["*"])
    let verdict = await scene.run(mail(" bob@example.com", " x"))
    #expect(verdict.deleted("X-Identity") == [2, 1])
    #expect(verdict.reply == .accept)
    var receiver = FilterScene()
    try receiver.publish(request)
    var sent = FilterScene.plain
    let field = verdict.inserted[0]
    sent.fields.insert((SignatureField.name, String(field.dropFirst(SignatureField.name.utf8.count + 1))), at: 0)
    #expect(await receiver.run(sent).counts == [.verified(.pass)])
  }

  @Test func `the field stays in a message that is not signed`() async throws {
    var scene = try await scene(try FilterScene.request(), removes: true)
    scene.client = FilterScene().client
    #expect(await scene.run(mail(" bob@example.com")).deleted("X-Identity") == [])
  }
}
