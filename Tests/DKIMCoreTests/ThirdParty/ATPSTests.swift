@testable import DKIMCore
import Testing

/// Third-party signatures. // RFC 6541
@Suite struct ATPSTests {
  private func signature(_ tags: String) throws -> DKIMSignature {
    let others = "v=1; a=ed25519-sha256; d=signer.example; s=sel; h=from; bh=YWJj; b=YWJj"
    return try DKIMSignature(value: Array("\(others); \(tags)".utf8))
  }

  /// The order and the folding are those of opendkim 2.11.
  @Test func `the tags follow the identity and precede the request for reports`() throws {
    var request = try SigningRequest(
      domain: try DomainName("signer.example"), selector: try Selector("sel"), key: try SigningKey.generate(.ed25519),
      identity: Identity(localPart: "", domain: try DomainName("signer.example")), lifetime: .seconds(3600))
    request.canonicalization = .simple
    request.requestsReports = true
    let without = try Signer([request]).sign(Array("From: u@example.net\r\n\r\n".utf8), at: Timestamp(1_780_000_000))
    #expect(!String(decoding: try #require(without.first).value, as: UTF8.self).contains("atps"))
    request.atps = ATPSTags(author: try DomainName("example.net"), hash: .sha1)
    let fields = try Signer([request]).sign(Array("From: u@example.net\r\n\r\n".utf8), at: Timestamp(1_780_000_000))
    let text = String(decoding: try #require(fields.first).value, as: UTF8.self).replacing("\r\n\t", with: " ")
    #expect(text.contains("; x=1780003600; i=@signer.example; atpsh=sha1; atps=example.net; r=y; bh="))
    let parsed = try DKIMSignature(value: try #require(fields.first).value)
    #expect(parsed.atps == ATPSTags(author: try DomainName("example.net"), hash: .sha1))
  }

  @Test func `tags are read without regard to letter case`() throws {
    let tags = try #require(try signature("atps=Example.NET; atpsh=SHA256").atps)
    #expect(tags == ATPSTags(author: try DomainName("example.net"), hash: .sha256))
    #expect(try signature("atps=example.net; atpsh=none").atps?.hash == ATPSTags.Hash.none)
    #expect(try signature("t=1").atps == nil)
  }

  /// These tags are an extension, so errors in them do not make the signature invalid.
  @Test func `invalid tags are ignored`() throws {
    for tags in ["atps=; atpsh=sha1", "atps=-a-.example; atpsh=sha1", "atps=a b; atpsh=sha1", "atpsh=sha1"] {
      #expect(try signature(tags).atps == nil, "\(tags)")
    }
    for tags in ["atps=a.example", "atps=a.example; atpsh=md5", "atps=a.example; atpsh="] {
      let found = try #require(try signature(tags).atps)
      #expect(found.hash == nil, "\(tags)")
      #expect(ATPSLookup(signer: try DomainName("b.example"), tags: found) == nil)
    }
  }

  private func lookup(
    _ signer: String, _ hash: ATPSTags.Hash, author: String = "example.com"
  ) throws -> ATPSLookup? {
    ATPSLookup(signer: try DomainName(signer), tags: ATPSTags(author: try DomainName(author), hash: hash))
  }

  /// The first two are the examples of RFC 6541, Appendix A; the others were computed with Python's hashlib and base64.
  @Test(arguments: [
    ("one.example.net", ATPSTags.Hash.sha1, ["qsp4i4d24crhopdz3o3ziu2ksgs3x6z6"]),
    ("Two.Example.net", .sha1, ["ztzgrrv3f45a4u6hldkbf3zcow4v2ajx"]),
    (
      "signer.example", .sha256,
      [
        "2zpeta3myp3td3un3fq56j5bedlpkyqehlaeemxmb2mgl763r7fa",
        "2zpeta3myp3td3un3fq56j5bedlpkyqehlaeemxmb2mgl763r7fa====",
      ]
    ),
    ("Signer.example", .none, ["signer.example"]),
  ])
  func `the name without padding is looked up first`(signer: String, hash: ATPSTags.Hash, labels: [String]) throws {
    let queries = try #require(try lookup(signer, hash)).queries
    #expect(queries.map(\.name) == labels.map { "\($0)._atps.example.com" })
    #expect(queries.allSatisfy { $0.domain.text == "example.com" })
  }

  @Test func `a name that is too long is not looked up`() throws {
    let label = String(repeating: "a", count: 60)
    let long = [label, label, label].joined(separator: ".")
    #expect(try lookup(long, .none, author: long) == nil)
    #expect(try lookup(long, .sha1, author: long) != nil)
    // The padded label, "._atps" and the dot after it have 63 bytes.
    let author = [label, label, label, String(repeating: "b", count: 7)].joined(separator: ".")
    #expect(author.utf8.count == 190)
    #expect(try lookup("signer.example", .sha256, author: author) != nil)
    #expect(try lookup("signer.example", .sha256, author: author + "b") == nil)
  }

  @Test(arguments: [
    ("v=ATPS1", true), ("v=ATPS1;", true), (" v = ATPS1 ; d = Signer.Example ", true),
    ("d=signer.example; v=ATPS1", true),
    ("v=ATPS1; d=", true), ("v=ATPS1; x=y", true), ("v=ATPS1; d=other.example", false), ("v=ATPS1; d=a b", false),
    ("v=atps1", false), ("v=ATPS2", false), ("", false), ("d=signer.example", false), ("v=ATPS1; v=ATPS1", false),
    ("ATPS1", false), ("v=ATPS1; n=" + String(repeating: "x", count: 1024), false),
  ])
  func `a record authorizes the signer`(record: String, authorizes: Bool) throws {
    let lookup = try #require(try lookup("signer.example", .sha1))
    let answer = KeyAnswer.records([Array("v=spf1 -all".utf8), Array(record.utf8)], secure: false)
    #expect(lookup.meaning(of: answer) == (authorizes ? .authorized : .notAuthorized))
  }

  @Test func `a missing record is not an error`() throws {
    let lookup = try #require(try lookup("signer.example", .sha1))
    #expect(lookup.meaning(of: .noSuchName(secure: false)) == .notAuthorized)
    #expect(lookup.meaning(of: .noData(secure: true)) == .notAuthorized)
    #expect(lookup.meaning(of: .failure(.serverFailure)) == .failed(.serverFailure))
    let many = [[UInt8]](repeating: Array("other".utf8), count: 20) + [Array("v=ATPS1".utf8)]
    #expect(lookup.meaning(of: .records(many, secure: false)) == .notAuthorized)
  }
}
