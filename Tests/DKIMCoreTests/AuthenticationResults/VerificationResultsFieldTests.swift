import DKIMCore
import Testing

@Suite struct VerificationResultsFieldTests {
  private let time = Timestamp(1_780_000_000)
  private let message = Array("From: a@example.com\r\nSubject: hi\r\n\r\nbody\r\n".utf8)

  private func request() throws -> SigningRequest {
    try SigningRequest(
      domain: try DomainName("example.com"), selector: try Selector("sel"), key: try SigningKey.generate(.ed25519))
  }

  @Test func `an unsigned message`() async {
    let report = await Verifier().verify(message, keys: RecordSource(records: []), at: time)
    let field = AuthenticationResults(authservID: "mx.example.org", report: report)
    #expect(field.formatted().hasSuffix("dkim=none"))
  }

  @Test func `a good and a broken signature`() async throws {
    let (good, other) = (try request(), try request())
    let signed = try Signer([good, other]).sign(message, at: time).flatMap(\.bytes) + message
    let source = RecordSource(records: [Array(try PublishableKeyRecord(good.key, flags: ["y"]).text.utf8)])
    let report = await Verifier().verify(signed, keys: source, at: time)
    let field = AuthenticationResults(authservID: "mx.example.org", report: report)
    #expect(field.results.map(\.code) == [.pass, .fail])
    #expect(field.results.first?.comments == ["256-bit key; secure; testing"])
    #expect(field.results.first?.reason == nil)
    #expect(field.results.last?.reason == "signature did not verify")
    for (result, method) in zip(report.results, field.results) {
      #expect(method.property(.header, "d") == "example.com")
      #expect(method.property(.header, "s") == "sel")
      #expect(method.property(.header, "a") == "ed25519-sha256")
      #expect(method.property(.header, "i") == "@example.com")
      let beginning = try #require(method.property(.header, "b"))
      #expect(beginning.utf8.count >= 8)
      #expect(result.tags.signature?.hasPrefix(beginning) == true)
    }
    #expect(try AuthenticationResults(parsing: field.formatted()) == field)
  }

  @Test func `the name servers of this host are not named`() async throws {
    struct Failing: PublicKeySource {
      let failure: KeyLookupFailure
      func answer(_ query: KeyQuery) async -> KeyAnswer { .failure(failure) }
    }
    let signed = try Signer([try request()]).sign(message, at: time).flatMap(\.bytes) + message
    for (failure, reason) in [
      (KeyLookupFailure.unavailable("192.0.2.53: Connection refused"), "key unavailable"),
      (.timeout(seconds: 5), "key unavailable: timeout"), (.malformed("x"), "key unavailable: malformed response"),
      (.bogus, "key unavailable: DNSSEC validation failed"),
    ] {
      let report = await Verifier().verify(signed, keys: Failing(failure: failure), at: time)
      #expect(report.results.first?.reason == "key unavailable: \(failure)")
      let field = AuthenticationResults(authservID: "mx.example.org", report: report)
      #expect(field.results.first?.reason == reason)
    }
  }

  @Test func `untrusted text cannot break out of its quotes`() async throws {
    let field = "DKIM-Signature: v=1; a=x-y; d=example.com; s=sel; h=from; bh=QUJD; b=QUJD; dkim=pass\r\n"
    let source = RecordSource(records: [])
    let report = await Verifier().verify(Array(field.utf8) + message, keys: source, at: time)
    let written = AuthenticationResults(authservID: "mx.example.org", report: report)
    #expect(try AuthenticationResults(parsing: written.formatted()).results.map(\.code) == [.permerror])
  }
}
