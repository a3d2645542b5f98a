import DKIMCore
import DKIMMilter
import Milter
import Testing

@testable import DKIMConfiguration

/// VBR in the filter: VBR-Info fields in signed mail, and `vbr` results. // RFC 5518
@Suite struct VouchingTests {
  private static let info = " md=example.com; mc=list; mv=a.example:b.example;"

  /// A scene that trusts certifiers, and a message with VBR-Info fields and a good signature of example.com.
  private func signed(
    _ infos: [String] = [info], trusting trusted: [String] = ["b.example", "c.example"],
    _ change: (inout SigningRequest) throws -> Void = { _ in }
  ) throws -> (scene: FilterScene, mail: FilterScene.Mail) {
    var scene = FilterScene()
    scene.configuration.verification.trustedCertifiers = try trusted.map { try DomainName($0) }
    var request = try FilterScene.request()
    try change(&request)
    try scene.publish(request)
    var mail = FilterScene.plain
    mail.fields += infos.map { ("VBR-Info", $0) }
    return (scene, try mail.signed([request]))
  }

  private func record(_ text: String) -> KeyAnswer { .records([Array(text.utf8)], secure: false) }

  @Test(arguments: ["list", "all", "transaction list", " list  all ", "azaz list"])
  func `a trusted certifier vouches`(record text: String) async throws {
    var (scene, mail) = try signed()
    scene.configuration.log.logResults = true
    scene.answers["example.com._vouch.b.example"] = record(text)
    let verdict = await scene.run(mail)
    let result = "vbr=pass header.md=example.com header.mv=b.example"
    #expect(verdict.results?.contains("; dkim=pass ") == true && verdict.results?.hasSuffix("; " + result) == true)
    #expect(verdict.lines.contains("4ABCDEF: \(result)"))
    #expect(
      verdict.explanation.description.contains(
        "+ vbr: pass, b.example vouches for list of example.com (VBR-TrustedCertifiers"))
  }

  @Test(arguments: ["transaction", "List", "all;", "v=spf1 all", "", "listing", String(repeating: "all ", count: 200)])
  func `other records do not vouch`(record text: String) async throws {
    var (scene, mail) = try signed()
    scene.answers["example.com._vouch.b.example"] = record(text)
    let verdict = await scene.run(mail)
    #expect(
      verdict.results?.hasSuffix(
        "; vbr=fail reason=\"no trusted certifier vouches for the message\" header.md=example.com") == true)
    #expect(verdict.reply == .accept && verdict.results?.contains("; dkim=pass ") == true)
  }

  /// There must be one record; those of wildcards for other purposes do not count. // RFC 5518 §5
  @Test func `two records do not vouch, but one beside records of another kind does`() async throws {
    var (scene, mail) = try signed()
    let name = "example.com._vouch.b.example"
    scene.answers[name] = .records([Array("all".utf8), Array("list".utf8)], secure: false)
    #expect(await scene.run(mail).results?.contains("vbr=fail") == true)
    scene.answers[name] = .records([Array("v=spf1 -all".utf8), Array("list".utf8)], secure: false)
    #expect(await scene.run(mail).results?.contains("vbr=pass") == true)
  }

  @Test func `certifiers that are not trusted are not asked`() async throws {
    var (scene, mail) = try signed(trusting: ["c.example"])
    for name in ["a.example", "b.example", "c.example"] { scene.answers["example.com._vouch.\(name)"] = record("all") }
    #expect(
      await scene.run(mail).results?.hasSuffix(
        "; vbr=none reason=\"no trusted certifier is named\" header.md=example.com") == true)
    scene.configuration.verification.trustedCertifiersOnly = true
    #expect(await scene.run(mail).results?.hasSuffix("; vbr=pass header.md=example.com header.mv=c.example") == true)
    scene.configuration.verification.trustedCertifiers = []
    #expect(await scene.run(mail).results?.contains("vbr") == false)
  }

  @Test func `a lookup that fails is a temporary error, and is logged as OpenDKIM does`() async throws {
    var (scene, mail) = try signed(trusting: ["a.example", "b.example"])
    scene.answers["example.com._vouch.a.example"] = .failure(.timeout(seconds: 5))
    let verdict = await scene.run(mail)
    #expect(
      verdict.results?.hasSuffix(
        "; vbr=temperror reason=\"the lookup at a.example failed\" header.md=example.com") == true)
    #expect(
      verdict.lines.contains(
        "4ABCDEF: can't verify VBR information: failed to retrieve example.com._vouch.a.example"))
    #expect(verdict.reply == .accept)
    // The other certifier suffices.
    scene.answers["example.com._vouch.b.example"] = record("list")
    #expect(await scene.run(mail).results?.contains("vbr=pass") == true)
  }

  @Test func `the domain has to be the identity of a good signature`() async throws {
    var (scene, mail) = try signed()
    for name in ["example.com", "sub.example.com"] { scene.answers["\(name)._vouch.b.example"] = record("all") }
    mail.body += "changed\r\n"
    #expect(await scene.run(mail).results?.contains("; vbr=none reason=\"no good signature is by") == true)
    let sub = Identity(localPart: "joe", domain: try DomainName("sub.example.com"))
    var (other, identified) = try signed { try $0.setIdentity(sub) }
    other.answers.merge(scene.answers) { new, _ in new }
    #expect(await other.run(identified).results?.contains("vbr=none") == true)
    (other, identified) = try signed([" md=sub.example.com; mc=list; mv=b.example"]) { try $0.setIdentity(sub) }
    other.answers.merge(scene.answers) { new, _ in new }
    #expect(await other.run(identified).results?.contains("vbr=pass header.md=sub.example.com") == true)
  }

  @Test(arguments: [
    (" MV=B.Example ;\n\tmc= List; x=y; md =Example.COM", "pass"), (" md=example.com; mc=list; mv=", "none"),
    (" md=example.com; mc=spam; mv=b.example", "none"), (" mc=list; mv=b.example", "none"),
    (" md=example.com; md=example.com; mc=list; mv=b.example", "none"), (" md=example.com; mc=list; mv=b c", "none"),
    (" " + String(repeating: "x", count: 3000), "none"), ("", "none"),
  ])
  func `the elements of VBR-Info come in any order and letter case`(value: String, word: String) async throws {
    var (scene, mail) = try signed([value])
    scene.answers["example.com._vouch.b.example"] = record("all")
    #expect(await scene.run(mail).results?.contains("; vbr=\(word) ") == true)
  }

  @Test func `several fields are examined, but not with different types`() async throws {
    var (scene, mail) = try signed([" md=example.org; mc=list; mv=b.example;", Self.info])
    scene.answers["example.com._vouch.b.example"] = record("all")
    #expect(await scene.run(mail).results?.contains("vbr=pass header.md=example.com") == true)
    (_, mail) = try signed([" md=example.com; mc=all; mv=b.example;", Self.info])
    #expect(await scene.run(mail).results?.contains("vbr=fail reason=\"the VBR-Info fields have different") == true)
    // The fourth field is not examined.
    let others = Array(repeating: " md=example.org; mc=list; mv=b.example;", count: 3)
    let (fourth, long) = try signed(others + [Self.info])
    #expect(await fourth.run(long).results?.contains("vbr=none") == true)
  }

  // MARK: Signing

  /// A scene that signs with VBR-Info fields, and its request.
  private func signing() async throws -> (scene: FilterScene, request: SigningRequest) {
    let request = try FilterScene.request()
    var scene = try await FilterScene.signing(with: request, subDomains: true)
    scene.configuration.signing.vouching.type = .list
    scene.configuration.signing.vouching.certifiers = try ["a.example", "b.example"].map { try DomainName($0) }
    scene.configuration.signing.signedHeaders = HeaderSelection(["*"])
    return (scene, request)
  }

  /// Returns the message with the changes of the verdict.
  private func changed(_ mail: FilterScene.Mail, _ verdict: Verdict) -> FilterScene.Mail {
    var changed = mail
    for edit in verdict.edits {
      switch edit {
      case .insertHeader(_, let name, let value):
        changed.fields.insert((name, " " + String(decoding: value, as: UTF8.self)), at: 0)
      case .deleteHeader(let name, let number):
        let places = changed.fields.indices.filter { changed.fields[$0].name.lowercased() == name.lowercased() }
        changed.fields.remove(at: places[Int(number) - 1])
      default: Issue.record("an unexpected change")
      }
    }
    return changed
  }

  @Test func `the field is signed, below the signature, and vouched for`() async throws {
    let (scene, request) = try await signing()
    let verdict = await scene.run(FilterScene.plain)
    try #require(verdict.inserted.count == 2)
    #expect(verdict.inserted[0] == "VBR-Info: md=example.com; mc=list; mv=a.example:b.example;")
    let unfolded = verdict.inserted[1].replacing("\n\t ", with: "").replacing("\n\t", with: " ")
    #expect(unfolded.hasPrefix("DKIM-Signature: ") && unfolded.contains("h=VBR-Info:From:"))
    #expect(verdict.explanation.description.contains("+ VBR-Info is added: md=example.com mc=list (VBR-Certifiers"))
    var receiver = FilterScene()
    receiver.configuration.verification.trustedCertifiers = [try DomainName("a.example")]
    receiver.configuration.verification.mustBeSigned = ["VBR-Info"]
    try receiver.publish(request)
    receiver.answers["example.com._vouch.a.example"] = record("list")
    let results = await receiver.run(changed(FilterScene.plain, verdict)).results
    #expect(results?.contains("; dkim=pass ") == true && results?.contains("vbr=pass") == true)
  }

  @Test func `fields of the message override the settings and are removed`() async throws {
    var (scene, request) = try await signing()
    scene.configuration.signing.vouching.purgesFields = true
    var mail = FilterScene.plain
    mail.fields += [
      ("VBR-Type", " Transaction"), ("X-VBR-Certifiers", "\n\tc.example, d.example"), ("vbr-type", " all"),
    ]
    let verdict = await scene.run(mail)
    #expect(verdict.inserted.first == "VBR-Info: md=example.com; mc=transaction; mv=c.example:d.example;")
    #expect(verdict.deleted("VBR-Type") == [2, 1] && verdict.deleted("X-VBR-Certifiers") == [1])
    let result = changed(mail, verdict)
    #expect(!result.fields.contains { $0.name.lowercased().hasSuffix("vbr-type") })
    var receiver = FilterScene()
    try receiver.publish(request)
    #expect(await receiver.run(result).results?.contains("; dkim=pass ") == true)
    // An invalid field is ignored.
    mail.fields[mail.fields.count - 3].value = " spam"
    #expect(await scene.run(mail).inserted.first?.contains("mc=list;") == true)
    scene.configuration.signing.vouching.purgesFields = false
    #expect(await scene.run(mail).deleted("VBR-Type") == [])
  }

  @Test func `mail of a subdomain has the identity of its signature`() async throws {
    let (scene, _) = try await signing()
    var mail = FilterScene.plain
    mail.fields[0].value = " alice@sub.example.com"
    let inserted = await scene.run(mail).inserted
    #expect(inserted.first?.hasPrefix("VBR-Info: md=example.com;") == true)
    #expect(inserted.last?.contains("i=@example.com;") == true)
  }

  /// All VBR-Info fields of a message must have the same type. // RFC 5518 §4
  @Test func `no field with another type is added to an existing one`() async throws {
    let (scene, _) = try await signing()
    var mail = FilterScene.plain
    mail.fields.append(("VBR-Info", " md=example.org; mc=all; mv=c.example"))
    let verdict = await scene.run(mail)
    #expect(verdict.inserted.count == 1 && verdict.inserted[0].hasPrefix("DKIM-Signature:"))
    #expect(verdict.explanation.description.contains("- VBR-Info with mc=list is left out"))
    mail.fields[mail.fields.count - 1].value = " md=example.org; mc=list; mv=c.example"
    #expect(await scene.run(mail).inserted.count == 2)
  }

  @Test func `a long list is on a line of its own`() async throws {
    var (scene, _) = try await signing()
    let certifiers = (0..<10).map { "certifier-\($0).example" }
    scene.configuration.signing.vouching.certifiers = try certifiers.map { try DomainName($0) }
    let field = await scene.run(FilterScene.plain).inserted.first
    #expect(field == "VBR-Info: md=example.com; mc=list;\n\tmv=\(certifiers.joined(separator: ":"));")
  }

  @Test func `without settings, fields of the message have no effect`() async throws {
    let request = try FilterScene.request()
    let scene = try await FilterScene.signing(with: request)
    var mail = FilterScene.plain
    mail.fields += [("VBR-Type", " all"), ("VBR-Certifiers", " c.example")]
    let verdict = await scene.run(mail)
    #expect(verdict.inserted.count == 1 && verdict.deleted("VBR-Type") == [])
  }

  @Test func `certifiers are not asked about a domain that is testing`() async throws {
    var (scene, mail): (FilterScene, FilterScene.Mail) = try signed()
    let name = try #require(scene.answers.keys.first)
    guard case .records(let records, _) = try #require(scene.answers[name]) else { return }
    let text = String(decoding: try #require(records.first), as: UTF8.self)
    scene.answers[name] = record(text.replacing("v=DKIM1;", with: "v=DKIM1; t=y;"))
    scene.answers["example.com._vouch.b.example"] = record("all")
    #expect(await scene.run(mail).results?.contains("vbr=none") == true)
  }
}
