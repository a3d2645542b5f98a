import DKIMCore
import Synchronization
import Testing

/// Requirements of the caller.
@Suite struct SignatureRequirementTests {
  private let time = Timestamp(1_780_000_000)
  private let message = Array("From: a@example.com\r\nSubject: hi\r\n\r\nbody\r\n".utf8)

  /// Returns a signed message and the record of its key.
  private func signed(
    lifetime: Duration? = nil, _ bodyLength: SignedBodyLength? = nil
  ) throws -> (message: [UInt8], record: [UInt8]) {
    var request = try SigningRequest(
      domain: try DomainName("example.com"), selector: try Selector("sel"), key: try SigningKey.generate(.ed25519),
      lifetime: lifetime)
    request.bodyLength = bodyLength
    let fields = try Signer([request]).sign(message, at: time)
    return (fields.flatMap(\.bytes) + message, Array(try PublishableKeyRecord(request.key).text.utf8))
  }

  private func verify(
    _ message: [UInt8], _ record: [UInt8], policy: VerificationPolicy = .standard,
    _ requirements: [SignatureRequirement], at time: Timestamp? = nil
  ) async -> VerificationReport {
    await Verifier(policy: policy, requirements: requirements)
      .verify(message, keys: RecordSource(records: [record]), at: time ?? self.time)
  }

  @Test func `a signature that does not meet a requirement is a policy failure with its reason`() async throws {
    let (message, record) = try signed()
    let report = await verify(message, record, [SignatureRequirement("alignment") { _ in "not aligned" }])
    let result = try #require(report.results.first)
    let reason = PolicyReason.requirement(name: "alignment", reason: "not aligned")
    #expect(result.outcome == .unacceptable(reason))
    #expect(result.remarks == [reason])
    #expect(result.code == .policy)
    #expect(result.reason == "not aligned")
    #expect(result.bodyHash == .matches)
    #expect(result.headerHash == .matches)
    let field = AuthenticationResults(authservID: "mx.example.org", report: report)
    #expect(field.formatted().contains("dkim=policy reason=\"not aligned\""))
  }

  @Test func `a signature that meets all requirements passes`() async throws {
    let (message, record) = try signed()
    let accepting = SignatureRequirement("nothing") { _ in nil }
    let results = await verify(message, record, [accepting, accepting]).results
    let plain = await verify(message, record, []).results
    #expect(results == plain)
    #expect(results.map(\.code) == [.pass])
  }

  @Test func `requirements are checked in their order, each once, until one is not met`() async throws {
    let (message, record) = try signed()
    let calls = CallLog()
    let requirements = [("first", nil), ("second", "no"), ("third", "never")].map { name, reason in
      SignatureRequirement(name) { _ in
        calls.names.withLock { $0.append(name) }
        return reason
      }
    }
    let results = await verify(message, record, requirements).results
    #expect(results.map(\.outcome) == [.unacceptable(.requirement(name: "second", reason: "no"))])
    #expect(calls.names.withLock { $0 } == ["first", "second"])
  }

  /// A requirement sees only signatures that would pass, so it cannot improve or hide a failure.
  @Test func `signatures that fail are not examined`() async throws {
    let (message, record) = try signed()
    let (expired, expiredRecord) = try signed(lifetime: .seconds(10))
    var changed = message
    changed[changed.count - 3] ^= 1
    let calls = CallLog()
    let requirement = SignatureRequirement("any") { _ in
      calls.names.withLock { $0.append("any") }
      return nil
    }
    #expect(await verify(changed, record, [requirement]).results.map(\.code) == [.fail])
    #expect(await verify(message, Array("v=DKIM1; p=".utf8), [requirement]).results.map(\.code) == [.permerror])
    let late = Timestamp(time.seconds + 1000)
    #expect(await verify(expired, expiredRecord, [requirement], at: late).results.map(\.code) == [.policy])
    #expect(await verify(self.message, record, [requirement]).isUnsigned)
    #expect(calls.names.withLock { $0 }.isEmpty)
  }

  @Test func `each signature is examined on its own`() async throws {
    let key = try SigningKey.generate(.ed25519)
    let requests = try ["one", "two"].map { selector in
      try SigningRequest(domain: try DomainName("example.com"), selector: try Selector(selector), key: key)
    }
    let signed = try Signer(requests).sign(message, at: time).flatMap(\.bytes) + message
    let record = Array(try PublishableKeyRecord(key).text.utf8)
    let requirement = SignatureRequirement("selector") { $0.signature.selector.text == "two" ? nil : "not two" }
    let results = await verify(signed, record, [requirement]).results
    let codes = Dictionary(uniqueKeysWithValues: results.map { ($0.tags.selector ?? "", $0.code) })
    #expect(codes == ["one": .policy, "two": .pass])
  }

  @Test func `a requirement sees the tags, the key, the coverage, the header and the time`() async throws {
    let (message, record) = try signed(lifetime: nil, .exactly(2))
    var policy = VerificationPolicy.standard
    policy.unsignedBody = .accept
    let requirement = SignatureRequirement("facts") { verified in
      let facts = [
        verified.signature.domain.text, "\(verified.keyRecord.keyBits)", verified.header.name(of: 1) ?? "",
        "\(verified.time)", "\(verified.result.remarks.count)", verified.result.key?.secure == true ? "secure" : "",
      ]
      return facts.joined(separator: " ")
    }
    let results = await verify(message, record, policy: policy, [requirement]).results
    #expect(results.map(\.reason) == ["example.com 256 From 1780000000 1 secure"])
    #expect(
      results.first?.remarks.first == .unsignedBody(bytes: 4) && results.first?.remarks.count == 2)
  }

  /// A reason may quote the message.
  @Test func `a reason cannot look like another result or break the line`() async throws {
    let (message, record) = try signed()
    let hostile = SignatureRequirement("hostile") { _ in "seen dkim=pass\r\n\u{1B}[31m\"" }
    let report = await verify(message, record, [hostile])
    #expect(report.results.first?.reason == "seen dkim=3Dpass  \u{FFFD}[31m\"")
    let text = AuthenticationResults(authservID: "mx.example.org", report: report).formatted()
    #expect(!text.contains("dkim=pass"))
    #expect(try AuthenticationResults(parsing: text).results.map(\.code) == [.policy])
  }
}

/// The names of the requirements that were called.
private final class CallLog: Sendable {
  let names = Mutex<[String]>([])
}
