@testable import DKIMCore
import Testing

/// `i=`: which values are accepted as an identity, and how they are shown in reports.
@Suite struct IdentityTests {
  private func identity(_ text: String) throws(SignatureFieldError) -> Identity {
    let value = "v=1; a=ed25519-sha256; d=example.com; s=sel; h=from; bh=YWJj; b=YWJj; i=\(text)"
    return try DKIMSignature(value: Array(value.utf8)).identity
  }

  @Test(arguments: [
    ("", ""), ("alice", "alice"), ("a.b+c/d", "a.b+c/d"), ("a..b.", "a..b."), ("\"a@b\"", "\"a@b\""),
    ("\"a\\\"@\\\\\"", "\"a\\\"@\\\\\""), ("\"\"", "\"\""), ("a=20b=3B", "a b;"), ("=22a=22", "\"a\""),
    ("a=40b", "a@b"), ("\"a=22@b\"", "\"a\"@b\""), ("\u{4e2d}=C3=BC", "\u{4e2d}\u{fc}"), ("al\r\n\tice", "alice"),
  ])
  func `local parts`(_ written: String, _ localPart: String) throws {
    #expect(try identity(written + "@example.com").localPart == localPart)
  }

  /// An "@" is allowed only inside a single quoted string. // RFC 5321 §4.1.2
  @Test(arguments: [
    "\"a\"@\"b\"", "\"a\"@example.org\"", "\"", "\"a", "a\"", "a\"b", "\"a\"b\"", "\"a\\\"", "a@b", "a@", "@",
    "a@\"b\"",
    "\"a\"b", "a(b)", "a,b", "<a", "a:b", "a\\b", "[a]",
  ])
  func `not a local part`(_ written: String) throws {
    let error = try #require(throws: SignatureFieldError.self) { try identity(written + "@example.com") }
    guard case .badValue(tag: "i", _, _) = error else {
      Issue.record("\(error)")
      return
    }
  }

  @Test(arguments: [
    ("alice", "alice"), ("a.b+c/d_e", "a.b+c/d_e"), ("\u{4e2d}m\u{fc}ller", "\u{4e2d}m\u{fc}ller"),
    ("a=20b=3Bc=3Dd", "a=20b=3Bc=3Dd"), ("\"a@b\"", "=22a=40b=22"), ("a=28b=29=2C=5C", "a=28b=29=2C=5C"),
    // Right-to-left override and isolate, soft hyphen, no-break space, a letter that is displayed as a blank, a Greek
    // question mark, which is another spelling of a semicolon.
    ("\u{202E}a", "=E2=80=AEa"), ("\u{2066}a", "=E2=81=A6a"), ("a\u{AD}b", "a=C2=ADb"), ("a\u{A0}b", "a=C2=A0b"),
    ("a\u{3164}b", "a=E3=85=A4b"), ("a\u{37E}b", "a=CD=BEb"),
  ])
  func reported(_ written: String, _ shown: String) throws {
    let identity = try identity(written + "@example.com")
    #expect(identity.reportText.unicodeScalars.elementsEqual((shown + "@example.com").unicodeScalars))
  }

  /// Words chosen by the signer must not appear in a field in which programs search for words.
  @Test func `words of the signer in the field`() async throws {
    let key = try SigningKey.generate(.ed25519)
    var request = try SigningRequest(domain: try DomainName("evil.example"), selector: try Selector("sel"), key: key)
    try request.setIdentity(
      Identity(
        localPart: "\"; dkim=pass header.d=bank.example header.i=@bank.example; x=\"\u{202E}", domain: request.domain))
    let message = Array("From: a@evil.example\r\n\r\nhi\r\n".utf8)
    let time = Timestamp(1_780_000_000)
    let signed = try Signer([request]).sign(message, at: time).flatMap(\.bytes) + message
    let source = RecordSource(records: [Array(try PublishableKeyRecord(key).text.utf8)])
    let report = await Verifier().verify(signed, keys: source, at: time)
    #expect(report.results.map(\.code) == [.pass])
    let field = AuthenticationResults(authservID: "mx.example.org", report: report)
    #expect(try AuthenticationResults(parsing: field.formatted()) == field)
    let text = field.formatted()
    #expect(!text.dropFirst("mx.example.org;\r\n\tdkim=pass".count).contains("dkim=pass"))
    #expect(!text.contains("bank.example;") && !text.contains("header.d=bank"))
    #expect(
      text.contains(
        "header.i==22=3B=20dkim=3Dpass=20header.d=3Dbank.example=20header.i=3D=40bank.example=3B=20x=3D=22=E2=80=AE@evil.example"
      ))
  }

  /// A verifier accepts the identity of a request whatever its local part.
  @Test(arguments: ["\"a", "a\"", "a(b)", "a,b", "<a>", "a:b", "a\\b", "[a]", "\"a\"@\"b\"", "\"a\\\"@\"", "a..b"])
  func `local parts of requests`(_ localPart: String) throws {
    let domain = try DomainName("example.com")
    let request = try SigningRequest(
      domain: domain, selector: try Selector("s"), key: try SigningKey.generate(.ed25519),
      identity: Identity(localPart: localPart, domain: domain))
    let field = try #require(
      try Signer([request]).sign(Array("From: a\r\n\r\n".utf8), at: Timestamp(1_780_000_000)).first)
    #expect(try DKIMSignature(value: field.value).identity == request.identity)
  }
}
