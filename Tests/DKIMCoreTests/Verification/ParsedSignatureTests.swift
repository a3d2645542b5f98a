@testable import DKIMCore
import Testing

/// Signatures that the caller has parsed.
@Suite struct ParsedSignatureTests {
  private static let good = "v=1; a=ed25519-sha256; d=example.com; s=sel; h=from; bh=YWJj; b=YWJj"
  private static let values = [
    good, "no tag list", "v=1; a=rsa-sha256; d=example.org; s=sel; b=YWJj", good + "; z=a:=g", good + ":to",
    "v=1; a=ed25519-sha256; d=example.net; s=sel; h=from:to:cc; bh=YWJj; b=YWJj",
  ]

  private func header(_ values: [String]) -> MessageHeader {
    var header = MessageHeader()
    for value in values {
      header.append(name: Array("DKIM-Signature".utf8).span, value: Array((" " + value).utf8).span)
    }
    return header
  }

  private func fields(_ header: MessageHeader, _ policy: VerificationPolicy) -> [Int: ParsedSignature] {
    let positions = header.positions(of: .dkimSignature)
    return Dictionary(uniqueKeysWithValues: positions.map { ($0, ParsedSignature($0, in: header, policy)) })
  }

  @Test(arguments: [1000, 2]) func `parsed fields do not change the report`(_ maximumHeaderNames: Int) {
    var policy = VerificationPolicy.standard
    policy.maximumHeaderNames = maximumHeaderNames
    let header = header(Self.values)
    let verifier = Verifier(policy: policy)
    let expected = verifier.begin(header, at: Timestamp(0)).finish()
    let all = fields(header, policy)
    #expect(all.count == Self.values.count)
    for parsed in [all, all.filter { $0.key.isMultiple(of: 2) }] {
      let report = verifier.begin(header, at: Timestamp(0), parsed: parsed, keeping: nil).finish()
      #expect(report == expected)
    }
  }

  @Test func `a field that is parsed is not parsed again`() throws {
    let policy = VerificationPolicy.standard
    let header = header([Self.good])
    let parsed = fields(header, policy)
    let session = Verifier(policy: policy).begin(header, at: Timestamp(0), parsed: parsed, keeping: nil)
    let names = session.pendingQueries.map(\.name)
    #expect(names == ["sel._domainkey.example.com"])
    guard case .valid(let signature) = try #require(parsed[0]) else {
      Issue.record("the field is invalid")
      return
    }
    let result = session.finish().results.first
    #expect(result?.signature === signature)
  }

  @Test func `an invalid field has its error and the tags that could be read`() {
    let header = header(["d=example.org; s=sel; a=rsa-sha256; b=YWJj", "d=example.org; d=example.org"])
    guard case .invalid(.missingTag("v"), let tags) = ParsedSignature(0, in: header, .standard) else {
      Issue.record("the field has v=")
      return
    }
    #expect(tags == SignatureTags(damaged: header.value(of: 0)))
    #expect(tags.domain == "example.org" && tags.selector == "sel" && tags.signature == "YWJj")
    guard case .invalid(.tagList, SignatureTags()) = ParsedSignature(1, in: header, .standard) else {
      Issue.record("the field is a tag list")
      return
    }
  }
}
