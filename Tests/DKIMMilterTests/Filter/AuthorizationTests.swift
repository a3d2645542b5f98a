import DKIMCore
import DKIMMilter
import Milter
import Testing

@testable import DKIMConfiguration

/// ATPS in the filter: tags in third-party signatures, and `dkim-atps` results. // RFC 6541
@Suite struct AuthorizationTests {
  /// The names for d=signer.example and the author example.com; computed with Python's hashlib and base64.
  private static let sha1 = "azgeksbf2be76wm5q4t3dnfxax355rp6._atps.example.com"
  private static let sha256 = "2zpeta3myp3td3un3fq56j5bedlpkyqehlaeemxmb2mgl763r7fa._atps.example.com"
  private static let padded = "2zpeta3myp3td3un3fq56j5bedlpkyqehlaeemxmb2mgl763r7fa====._atps.example.com"
  private static let yes = KeyAnswer.records([Array("v=ATPS1; d=signer.example".utf8)], secure: false)

  /// A scene with one good signature of signer.example for the author alice@example.com.
  private func signed(
    _ hash: ATPSTags.Hash = .sha256, author: String = "example.com", signer: String = "signer.example"
  ) throws -> (scene: FilterScene, mail: FilterScene.Mail) {
    var scene = FilterScene()
    var request = try FilterScene.request(signer)
    request.atps = ATPSTags(author: try DomainName(author), hash: hash)
    try scene.publish(request)
    return (scene, try FilterScene.plain.signed([request]))
  }

  @Test(arguments: [
    (ATPSTags.Hash.sha1, sha1), (.sha256, sha256), (.sha256, padded), (.none, "signer.example._atps.example.com"),
  ])
  func `an authorized signer passes`(hash: ATPSTags.Hash, name: String) async throws {
    var (scene, mail) = try signed(hash)
    scene.configuration.log.logResults = true
    scene.answers[name] = Self.yes
    let verdict = await scene.run(mail)
    #expect(verdict.reply == .accept)
    let results = try #require(verdict.results)
    #expect(results.contains("; dkim=pass ") && results.contains("header.d=signer.example"))
    #expect(results.hasSuffix("; dkim-atps=pass header.from=alice@example.com"))
    #expect(verdict.lines.contains("4ABCDEF: dkim-atps=pass header.from=alice@example.com"))
    #expect(verdict.explanation.description.contains("+ dkim-atps: pass, example.com authorizes signer.example"))
    #expect(verdict.counts == [.verified(.pass)])
  }

  @Test func `without a valid record, the signer is not authorized, and the signature still passes`() async throws {
    var (scene, mail) = try signed()
    let expected =
      "; dkim-atps=fail reason=\"example.com does not authorize signer.example\" header.from=alice@example.com"
    #expect(await scene.run(mail).results?.hasSuffix(expected) == true)
    for record in ["v=ATPS1; d=other.example", "v=spf1 -all"] {
      scene.answers[Self.sha256] = .records([Array(record.utf8)], secure: false)
      let verdict = await scene.run(mail)
      #expect(verdict.results?.hasSuffix(expected) == true)
      #expect(verdict.results?.contains("; dkim=pass ") == true && verdict.reply == .accept)
    }
  }

  @Test func `a lookup that fails is a temporary error`() async throws {
    var (scene, mail) = try signed()
    scene.configuration.actions.dnsError = .tempfail
    scene.answers[Self.sha256] = .failure(.serverFailure)
    // The other name is not looked up then.
    scene.answers[Self.padded] = Self.yes
    let verdict = await scene.run(mail)
    #expect(verdict.reply == .accept)
    #expect(verdict.results?.contains("; dkim-atps=temperror reason=") == true)
    #expect(verdict.explanation.description.contains("! dkim-atps: temperror"))
  }

  @Test func `tags for another author, or for the signer itself, lead to no lookup`() async throws {
    var (scene, mail) = try signed(author: "example.org")
    #expect(await scene.run(mail).results?.contains("; dkim-atps=fail reason=") == true)
    #expect(await further(scene, mail) == [])
    (scene, mail) = try signed(author: "Example.com", signer: "example.com")
    #expect(await scene.run(mail).results?.contains("dkim-atps") == false)
    #expect(await further(scene, mail) == [])
  }

  @Test func `a bad signature has no result for its tags`() async throws {
    var (scene, mail) = try signed()
    scene.answers[Self.sha256] = Self.yes
    mail.body += "changed\r\n"
    #expect(await scene.run(mail).results?.contains("dkim-atps") == false)
    #expect(await further(scene, mail) == [])
  }

  /// Returns the names of all queries that follow the evaluation of the signatures.
  private func further(_ scene: FilterScene, _ mail: FilterScene.Mail) async -> [String] {
    let policy = MailPolicy(scene.configuration, hostName: "h")
    var message = policy.message(from: scene.client)
    scene.fill(&message, mail)
    guard case .body(let queries, _) = message.begin(await policy.decide(message.facts), at: FilterScene.time) else {
      return []
    }
    for query in queries { message.supply(scene.answers[query.name] ?? .noSuchName(secure: false), for: query) }
    _ = message.body(Array(mail.body.utf8).span)
    var names: [String] = []
    while true {
      let next = message.furtherQueries()
      guard !next.isEmpty else { return names }
      names += next.map(\.name)
      for query in next { message.supply(scene.answers[query.name] ?? .noSuchName(secure: false), for: query) }
    }
  }

  @Test func `the lookups for a message are limited`() async throws {
    var scene = FilterScene()
    scene.configuration.verification.policy.maximumSignatures = 100
    let requests = try (0..<8).map { number in
      var request = try FilterScene.request("s\(number).example")
      request.atps = ATPSTags(author: try DomainName("example.com"), hash: .sha256)
      try scene.publish(request)
      return request
    }
    let mail = try FilterScene.plain.signed(requests)
    #expect(await further(scene, mail).count == 10)
    // After an authorization, the other names are not looked up.
    var (one, other) = try signed()
    one.answers[Self.sha256] = Self.yes
    #expect(await further(one, other) == [Self.sha256])
    one.answers[Self.sha256] = nil
    #expect(await further(one, other) == [Self.sha256, Self.padded])
    other.fields.removeAll { $0.name == "DKIM-Signature" }
    #expect(await further(one, other) == [])
  }

  @Test func `signatures of other domains name an author in ATPSDomains`() async throws {
    let request = try FilterScene.request("signer.example")
    let own = try FilterScene.request("example.com", "own")
    var scene = FilterScene.signing(
      table: [("alice@example.com", "k"), ("example.com", "o")],
      keys: [("k", "signer.example", request), ("o", "example.com", own)])
    scene.configuration.signing.multipleSignatures = true
    #expect(await scene.run(FilterScene.plain).inserted.allSatisfy { !$0.contains("atps") })
    scene.configuration.signing.atpsDomains = try await Lists.members("Example.COM")
    scene.configuration.signing.atpsHash = .sha1
    let verdict = await scene.run(FilterScene.plain)
    let fields = verdict.inserted.map { $0.replacing("\n\t", with: " ") }
    try #require(fields.count == 2)
    for field in fields {
      let isThirdParty = field.contains("d=signer.example;")
      #expect(field.contains("; atpsh=sha1; atps=example.com;") == isThirdParty, "\(field)")
      #expect(field.contains("atps") == isThirdParty)
    }
    #expect(verdict.explanation.description.contains("+ third-party signatures name example.com (atps=) (ATPSDomains"))
    // Parents of the author's domain do not count, and a set that cannot be read defers mail.
    scene.configuration.signing.atpsDomains = try await Lists.members(".com, com")
    #expect(await scene.run(FilterScene.plain).inserted.allSatisfy { !$0.contains("atps") })
    scene.configuration.signing.atpsDomains = MembershipList(Lists.Broken())
    #expect(await scene.run(FilterScene.plain).reply == .tempfail)
  }

  @Test func `a signer that is testing is not looked up`() async throws {
    var (scene, mail): (FilterScene, FilterScene.Mail) = try signed()
    let name = try #require(scene.answers.keys.first)
    guard case .records(let records, _) = try #require(scene.answers[name]) else { return }
    let text = String(decoding: try #require(records.first), as: UTF8.self)
    scene.answers[name] = .records([Array(text.replacing("v=DKIM1;", with: "v=DKIM1; t=y;").utf8)], secure: false)
    scene.answers[Self.sha256] = Self.yes
    let results = try #require(await scene.run(mail).results)
    #expect(results.contains("dkim=pass") && !results.contains("dkim-atps"))
  }
}
