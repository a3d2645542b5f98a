import DKIMConfiguration
import DKIMCore
import DKIMMilter
import Testing

/// The result words for defects of keys, which are OpenDKIM's: administrators' mail rules look for `dkim=fail`.
@Suite struct ResultWordTests {
  /// The text after `dkim=` in Authentication-Results for a given key record.
  private func result(
    _ record: (String) -> String?, _ change: (inout SigningRequest) throws -> Void = { _ in }
  ) async throws -> String {
    var request = try FilterScene.request()
    try change(&request)
    var scene = FilterScene()
    let text = record(try PublishableKeyRecord(request.key).text)
    scene.answers["sel._domainkey.example.com"] =
      text.map { .records([Array($0.utf8)], secure: false) } ?? .noSuchName(secure: false)
    let verdict = await scene.run(try FilterScene.plain.signed([request]))
    return try #require(verdict.results?.split(separator: "dkim=").last.map(String.init))
  }

  @Test func `a key that is missing or revoked fails`() async throws {
    #expect(try await result { _ in nil }.hasPrefix("fail reason=\"key not found in DNS\""))
    #expect(try await result { _ in "v=DKIM1; p=" }.hasPrefix("fail reason=\"key revoked\""))
  }

  /// The tags of the record, and the reason.
  @Test(arguments: [
    ("k=ed25519; h=sha1", "signature-key hash mismatch"), ("k=foo", "unknown key type k=foo"),
    ("k=ed25519; s=tlsrpt", "not an e-mail key: inapplicable key: it is for tlsrpt, not for email"),
  ])
  func `a key for other uses fails`(_ tags: String, _ reason: String) async throws {
    let found = try await result { $0.replacing("k=ed25519", with: tags) }
    #expect(found.hasPrefix("fail reason=\"\(reason)\""), "\(found)")
  }

  @Test func `a key of another version or type fails`() async throws {
    let version = try await result { $0.replacing("v=DKIM1", with: "v=DKIM2") }
    #expect(version.hasPrefix("fail reason=\"unknown key version: v=DKIM2\""), "\(version)")
    let other = try PublishableKeyRecord(try SigningKey.generate(.rsa, bits: 1024)).text
    let type = try await result { _ in other }
    #expect(type.hasPrefix("fail reason=\"inappropriate key algorithm"), "\(type)")
  }

  @Test func `an identity that the key forbids fails`() async throws {
    let found = try await result {
      $0.replacing("v=DKIM1;", with: "v=DKIM1; t=s;")
    } _: {
      try $0.setIdentity(Identity(localPart: "", domain: try DomainName("mail.example.com")))
    }
    #expect(
      found.hasPrefix("fail reason=\"unauthorized subdomain: inapplicable key: t=s does not allow i=@mail.example.com"),
      "\(found)")
  }

  @Test func `a body shorter than its signed length fails`() async throws {
    var request = try FilterScene.request()
    request.bodyLength = .whole
    var scene = FilterScene()
    try scene.publish(request)
    var mail = try FilterScene.plain.signed([request])
    mail.body = ""
    let verdict = await scene.run(mail)
    #expect(verdict.counts == [.verified(.fail)])
    #expect(
      verdict.results?.contains(
        "dkim=fail reason=\"length tag value exceeds body size: l=7, but the body has 0 bytes\"") == true)
  }

  @Test(arguments: ["v=DKIM1; p=%%%", "hello", "v=DKIM1", "p=AAAA; v=DKIM1", "v=DKIM1; k=ed25519; p=AAAA", ""])
  func `a record that cannot be read is an error`(_ record: String) async throws {
    #expect(try await result { _ in record }.hasPrefix("permerror reason="))
  }

  @Test func `a field that cannot be read is an error`() async throws {
    var mail = FilterScene.plain
    mail.fields.insert((SignatureField.name, " v=1; a=rsa-sha256; d=example.com; s=sel; h=to; bh=AAAA; b=AAAA"), at: 0)
    #expect(await FilterScene().run(mail).counts == [.verified(.permerror)])
  }
}
