@testable import DKIMCore
import Testing

@Suite struct VerificationSessionTests {
  private let time = Timestamp(1_780_000_000)
  private let message = Array("From: a@example.com\r\nSubject: hi\r\n\r\nbody\r\n".utf8)

  private let body = Array("body\r\n".utf8)

  private func signed(_ edit: (inout SigningRequest) -> Void = { _ in }) throws -> (bytes: [UInt8], record: [UInt8]) {
    var request = try SigningRequest(
      domain: try DomainName("example.com"), selector: try Selector("sel"), key: try SigningKey.generate(.ed25519))
    edit(&request)
    let fields = try Signer([request]).sign(message, at: time)
    return (fields.flatMap(\.bytes) + message, Array(try PublishableKeyRecord(request.key).text.utf8))
  }

  private func begin(_ bytes: [UInt8], _ policy: VerificationPolicy = .standard) -> VerificationSession {
    let header = ParsedMessage(bytes, limits: policy.headerLimits).header
    return Verifier(policy: policy).begin(header, at: time)
  }

  @Test func `an unsigned message needs no body and no keys`() {
    var session = begin(message)
    let queries = session.pendingQueries
    #expect(queries.isEmpty)
    let demand = session.update(body: message.span)
    #expect(demand == .enough)
    let report = session.finish()
    #expect(report.isUnsigned)
    #expect(report.results.isEmpty)
  }

  @Test func `a query without a response is a temporary error`() throws {
    let (bytes, _) = try signed()
    var session = begin(bytes)
    let demand = session.update(body: body.span)
    #expect(demand == .more)
    let results = session.finish().results
    #expect(results.map(\.code) == [.temperror])
    #expect(results.first?.bodyHash == .matches)
    #expect(results.first?.headerHash == .notChecked)
  }

  @Test func `equal queries are sent once, and the first response is used`() throws {
    let (bytes, record) = try signed()
    let field = bytes.prefix(bytes.count - message.count)
    var session = begin(Array(field) + bytes)
    let queries = session.pendingQueries
    #expect(queries.map(\.name) == ["sel._domainkey.example.com"])
    let query = try #require(queries.first)
    session.supply(.records([record], secure: true), for: query)
    session.supply(.noSuchName(secure: false), for: query)
    let left = session.pendingQueries
    #expect(left.isEmpty)
    _ = session.update(body: body.span)
    let results = session.finish().results
    #expect(results.map(\.code) == [.pass, .pass])
    #expect(results.first?.key?.secure == true)
    #expect(results.first?.key?.record?.keyBits == 256)
  }

  @Test func `body and header verdicts are kept apart`() async throws {
    let (bytes, record) = try signed()
    let verifier = Verifier()
    let source = RecordSource(records: [record])
    var changed = bytes
    changed[changed.count - 3] ^= 1
    let changedBody = try #require(await verifier.verify(changed, keys: source, at: time).results.first)
    #expect(changedBody.outcome == .permanentFailure(.bodyHashDidNotVerify))
    #expect(changedBody.bodyHash == .differs)
    #expect(changedBody.headerHash == .matches)
    var header = bytes
    let subject = try #require(header.firstRange(of: Array("hi\r".utf8)))
    header[subject.lowerBound] ^= 1
    let changedHeader = try #require(await verifier.verify(header, keys: source, at: time).results.first)
    #expect(changedHeader.outcome == .permanentFailure(.signatureDidNotVerify))
    #expect(changedHeader.bodyHash == .matches)
    #expect(changedHeader.headerHash == .differs)
  }

  @Test func `a header beyond the limit is reported`() throws {
    let (bytes, _) = try signed()
    var policy = VerificationPolicy.standard
    policy.headerLimits = .init(bytes: bytes.count - 20, fields: 100)
    let session = begin(bytes, policy)
    let report = session.finish()
    #expect(report.results.map(\.code) == [.policy])
    let field = AuthenticationResults(authservID: "mx.example.org", report: report)
    #expect(field.results.map(\.code) == [.policy])
    #expect(report.results.first?.tags.domain == "example.com")
    #expect(report.results.first?.reason.contains("larger than") == true)
  }

  @Test func `a message whose signatures are past the limit is not unsigned`() throws {
    let (bytes, _) = try signed()
    let padding = Array(String(repeating: "X-Pad: y\r\n", count: 100).utf8)
    var policy = VerificationPolicy.standard
    for limits in [MessageHeader.Limits(bytes: 500, fields: 1000), .init(bytes: 10_000, fields: 100)] {
      policy.headerLimits = limits
      let session = begin(padding + bytes, policy)
      let report = session.finish()
      #expect(!report.isUnsigned)
      #expect(report.headerExcess == (limits.fields == 100 ? .fields(limit: 100) : .bytes(limit: 500)))
      #expect(report.results.isEmpty)
      let field = AuthenticationResults(authservID: "mx.example.org", report: report)
      #expect(field.results.map(\.code) == [.policy])
      #expect(field.results.first?.reason?.hasSuffix("; signatures beyond that point were not examined") == true)
      #expect(try AuthenticationResults(parsing: field.formatted()) == field)
    }
    let whole = begin(padding + message).finish()
    #expect(whole.isUnsigned && whole.headerExcess == nil)
  }

  @Test func `the properties of a damaged field`() throws {
    let field = "DKIM-Signature: v=2; d=example.com; s=sel; a=rsa-sha256; b=QUJD; bh=QUJD; h=from\r\n"
    let session = begin(Array(field.utf8) + message)
    let results = session.finish().results
    let result = try #require(results.first)
    #expect(result.signature == nil)
    #expect(result.field == .unparsed(result.tags))
    #expect(result.outcome == .permanentFailure(.signatureField(.incompatibleVersion("2"))))
    #expect(result.tags.domain == "example.com")
    #expect(result.tags.selector == "sel")
    #expect(result.tags.algorithm == "rsa-sha256")
    #expect(result.tags.signature == "QUJD")
  }

  @Test func `small RSA keys and stricter settings`() async throws {
    let key = try SigningKey.generate(.rsa, bits: 1024)
    let request = try SigningRequest(domain: try DomainName("example.com"), selector: try Selector("s"), key: key)
    let bytes = try Signer([request]).sign(message, at: time).flatMap(\.bytes) + message
    let source = RecordSource(records: [Array(try PublishableKeyRecord(key).text.utf8)])
    var policy = VerificationPolicy.standard
    let report = await Verifier(policy: policy).verify(bytes, keys: source, at: time)
    #expect(report.results.map(\.code) == [.pass])
    policy.minimumRSABits = 2048
    let result = try #require(
      await Verifier(policy: policy).verify(bytes, keys: source, at: time).results.first)
    #expect(result.outcome == .unacceptable(.keyTooSmall(bits: 1024, minimum: 2048)))
  }

  /// At most twenty records of a response are examined.
  @Test func `records that are not keys are skipped`() async throws {
    let (bytes, record) = try signed()
    let noise = Array("noise".utf8)
    for (count, word) in [(19, DKIMResultCode.pass), (20, .permerror)] {
      let records = Array(repeating: noise, count: count) + [record]
      let result = try #require(
        await Verifier().verify(bytes, keys: RecordSource(records: records), at: time).results.first)
      #expect(result.code == word, "after \(count)")
      #expect(result.key?.recordCount == count + 1)
    }
  }

  /// If several records verify the signature, the first one is reported, and whether its domain is testing.
  @Test func `the first record that verifies is reported`() async throws {
    let (bytes, record) = try signed()
    let text = String(decoding: record, as: UTF8.self)
    let testing = Array(text.replacing("v=DKIM1;", with: "v=DKIM1; t=y;").utf8)
    for (records, isTesting) in [([testing, record], true), ([record, testing], false)] {
      let result = try #require(
        await Verifier().verify(bytes, keys: RecordSource(records: records), at: time).results.first)
      #expect(result.code == .pass)
      #expect(result.key?.record?.isTesting == isTesting)
    }
  }

  @Test func `every outcome has a description`() {
    let reasons: [PolicyReason] = [
      .tooManySignatures(limit: 1), .tooManyHeaderNames(limit: 1), .header(.bytes(limit: 1)),
      .keyTooSmall(bits: 1, minimum: 2), .keyTooLarge(bits: 2, limit: 1), .exponentTooLarge(bits: 65),
      .expired(at: time), .fromTheFuture(timestamp: time), .unsignedBody(bytes: 1), .singleLabelDomain("com"),
      .unsignedFrom(count: 0, unsigned: 0), .unsignedFrom(count: 2, unsigned: 1),
    ]
    for reason in reasons {
      #expect(VerificationOutcome.unacceptable(reason).code == .policy)
      #expect(reason.description.count > 8)
    }
    #expect(PolicyReason.unsignedFrom(count: 0, unsigned: 0).description == "the message has no From field")
    #expect(PolicyReason.unsignedFrom(count: 1, unsigned: 1).description == "1 of 1 From fields unsigned")
    let failures: [KeyLookupFailure] = [
      .timeout(seconds: 1), .serverFailure, .refused, .responseCode(9), .malformed("x"), .aliasLoop, .bogus,
      .unavailable("none"),
    ]
    for failure in failures {
      #expect(VerificationOutcome.temporaryFailure(failure).code == .temperror)
      #expect(VerificationOutcome.temporaryFailure(failure).description.hasPrefix("key unavailable: "))
    }
  }
}
