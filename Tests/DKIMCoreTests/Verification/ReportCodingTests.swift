import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import DKIMCore

/// The coding of verification reports.
@Suite struct ReportCodingTests {
  static let time = Timestamp(1_780_000_000)

  static let derErrors = [
    DERError(fault: .truncated, offset: 1), DERError(fault: .unexpected(tag: 2, expected: 48), offset: 0),
    DERError(fault: .lengthForm, offset: 2), DERError(fault: .valueForm, offset: 3),
    DERError(fault: .trailing, offset: 4),
  ]
  static let tagListErrors: [TagListError] = [
    .emptyTag(offset: 1), .badName(byte: 61, offset: 2), .noEqualsSign(name: "a", offset: 3),
    .badValue(name: "b", byte: 27, offset: 4), .duplicate(name: "c"),
  ]
  static let domainNameErrors: [DomainNameError] = [
    .empty, .emptyLabel(offset: 1), .unexpected(byte: 64, offset: 2), .hyphenAtEnd(label: "a-"),
    .labelTooLong(label: "b"), .tooLong(length: 254), .notUTF8, .badULabel(label: "\u{2028}"),
    .notNormalized(label: "u\u{308}"),
  ]
  static let publicKeyErrors: [PublicKeyError] =
    derErrors.map { .malformed($0) } + [
      .wrongAlgorithm("EC"), .privateKey, .modulusNotPositive, .modulusEven, .unsupportedExponent,
      .exponentTooLarge(bits: 65), .tooLarge(bits: 16_384, limit: 8192), .ed25519Length(31), .weakEd25519Point,
      .refused("words"),
    ]
  static let keyRecordErrors: [KeyRecordError] =
    tagListErrors.map { .tagList($0) } + publicKeyErrors.map { .badKey($0) } + [
      .tooLong(length: 2, limit: 1), .versionNotFirst, .incompatibleVersion("DKIM2"), .keyMissing, .revoked,
      .unknownKeyType("dsa"), .badValue(tag: "h", found: ":"), .notBase64,
    ]
  static let signatureFieldErrors: [SignatureFieldError] =
    tagListErrors.map { .tagList($0) } + domainNameErrors.map { .badDomain(tag: "d", found: "x", $0) } + [
      .incompatibleVersion("2"), .missingTag("b"), .badValue(tag: "l", found: "x", expected: "digits"),
      .obsoleteAlgorithm("rsa-sha1"), .unknownAlgorithm("x-y"), .unknownCanonicalization("z"),
      .unknownQueryMethod("q"), .domainMismatch(identity: "a.example", domain: "b.example"), .fromNotSigned,
      .expiresBeforeSigned(timestamp: .never, expiration: time), .tooManyHeaderNames(limit: 1), .queryNameTooLong,
    ]
  static let permanentFailures: [PermanentFailure] =
    signatureFieldErrors.map { .signatureField($0) } + keyRecordErrors.map { .keyRecord($0) } + [
      .noKey(name: "s._domainkey.example.com", exists: true), .noKey(name: "s._domainkey.example.com", exists: false),
      .inappropriateKeyAlgorithm(signature: .rsa, key: .ed25519), .inappropriateHashAlgorithm(allowed: ["sha1"]),
      .inapplicableService(services: []), .inapplicableIdentity(identity: "@a.example.com"),
      .bodyTooShort(signed: .max, actual: 1), .bodyHashDidNotVerify, .signatureDidNotVerify,
    ]
  static let lookupFailures: [KeyLookupFailure] = [
    .timeout(seconds: 5), .serverFailure, .refused, .responseCode(9), .malformed("x"), .aliasLoop, .bogus,
    .unavailable("none"),
  ]
  static let policyReasons: [PolicyReason] = [
    .tooManySignatures(limit: 1), .tooManyHeaderNames(limit: 1), .header(.bytes(limit: 1)),
    .header(.fields(limit: 2)), .keyTooSmall(bits: 1, minimum: 2), .keyTooLarge(bits: 2, limit: 1),
    .exponentTooLarge(bits: 65), .expired(at: time), .fromTheFuture(timestamp: time), .unsignedBody(bytes: 1),
    .singleLabelDomain("com"), .unsignedFrom(count: 2, unsigned: 1), .requirement(name: "age", reason: "old"),
  ]
  static let outcomes: [VerificationOutcome] =
    [.success] + permanentFailures.map { .permanentFailure($0) } + lookupFailures.map { .temporaryFailure($0) }
    + policyReasons.map { .unacceptable($0) }

  /// Encodes with the writer of dkimtool.
  private func json(_ value: some Encodable) throws -> Data {
    var writer = JSONWriter()
    try writer.value(value)
    return Data(writer.bytes)
  }

  private func decoded<Value: Codable>(_ value: Value) throws -> Value {
    try JSONDecoder().decode(Value.self, from: try json(value))
  }

  @Test func `every outcome is decoded to an equal one`() throws {
    for outcome in Self.outcomes {
      #expect(try decoded(outcome) == outcome)
      // The encoder of Foundation is used by programs with this library.
      #expect(try JSONDecoder().decode(VerificationOutcome.self, from: JSONEncoder().encode(outcome)) == outcome)
    }
  }

  @Test func `outcomes are words with plain members`() throws {
    func text(_ outcome: VerificationOutcome) throws -> String { String(decoding: try json(outcome), as: UTF8.self) }
    #expect(try text(.success) == #"{"kind":"success"}"#)
    #expect(
      try text(.unacceptable(.keyTooSmall(bits: 512, minimum: 1024)))
        == #"{"kind":"unacceptable","cause":"keyTooSmall","bits":512,"minimum":1024}"#)
    #expect(
      try text(.permanentFailure(.keyRecord(.badKey(.tooLarge(bits: 9, limit: 8)))))
        == #"{"kind":"permanentFailure","cause":"keyRecord","#
        + #""error":{"cause":"badKey","error":{"cause":"tooLarge","bits":9,"limit":8}}}"#)
    #expect(
      try text(.unacceptable(.expired(at: .never)))
        == #"{"kind":"unacceptable","cause":"expired","at":18446744073709551615}"#)
  }

  @Test(arguments: [
    #"{"kind":"other"}"#, #"{"kind":"permanentFailure"}"#, #"{"kind":"permanentFailure","cause":"expired","at":1}"#,
    #"{"kind":"unacceptable","cause":"expired"}"#, #"{"kind":"unacceptable","cause":"expired","at":"1"}"#,
    #"{"kind":"temporaryFailure","cause":"Refused"}"#, #"{"cause":"refused"}"#, "[]",
    #"{"kind":"unacceptable","cause":"header","excess":{"cause":"lines","limit":1}}"#,
  ])
  func `unknown words and missing members are rejected`(_ text: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(VerificationOutcome.self, from: Data(text.utf8))
    }
  }

  /// Returns reports of all kinds: passing, changed, damaged, without a key, with a cut header, with bytes that are not
  /// UTF-8, and unsigned.
  private func reports() async throws -> [VerificationReport] {
    let body = "\r\nbo\0dy\r\n"
    let message = Array(("From: a@example.com\r\nSubject: hi\r\n" + body).utf8)
    let key = try SigningKey.generate(.ed25519)
    var request = try SigningRequest(
      domain: try DomainName("example.com"), selector: try Selector("sel"), key: key,
      identity: Identity(localPart: "a b", domain: try DomainName("x.example.com")), lifetime: .seconds(60))
    request.bodyLength = .exactly(2)
    let signed = try Signer([request]).sign(message, at: Self.time).flatMap(\.bytes) + message
    let record = Array(try PublishableKeyRecord(key, flags: ["y"]).text.utf8)
    var changed = signed
    changed[changed.count - 7] ^= 1
    let damaged = Array("DKIM-Signature: v=2; a=x-y; d=example.com; s=s; b=QUJD\r\n".utf8) + message
    let raw =
      [UInt8]("DKIM-Signature: v=1; a=ed25519-sha256; d=example.com; s=s; h=from; bh=QUJD; b=QUJD; u=".utf8)
      + [0xFF, 0x0D, 0x0A] + message
    let noise: [UInt8] = Array("v=DKIM1; n=".utf8) + [0xFF]
    var reports: [VerificationReport] = []
    for message in [signed, changed, damaged, raw, message, damaged + signed] {
      for records in [[record], [noise, record], [Array("v=DKIM1; p=".utf8)], []] {
        reports.append(
          await Verifier(policy: .tolerant).verify(message, keys: RecordSource(records: records), at: Self.time))
        reports.append(await Verifier().verify(message, keys: RecordSource(records: records), at: Self.time))
      }
    }
    for limits in [MessageHeader.Limits(bytes: 100, fields: 10), .init(bytes: 10_000, fields: 1)] {
      var policy = VerificationPolicy.standard
      policy.headerLimits = limits
      reports.append(
        await Verifier(policy: policy).verify(signed, keys: RecordSource(records: [record]), at: Self.time))
    }
    return reports
  }

  @Test func `every report is decoded to an equal one`() async throws {
    let reports = try await reports()
    let codes = Set(reports.flatMap { $0.results.map(\.code) })
    #expect(codes == [.pass, .fail, .permerror, .policy])
    #expect(reports.contains { $0.headerExcess != nil } && reports.contains { $0.isUnsigned })
    for report in reports {
      #expect(try decoded(report) == report)
      #expect(try JSONDecoder().decode(VerificationReport.self, from: JSONEncoder().encode(report)) == report)
    }
  }

  @Test func `reports with contradictions or unknown words are rejected`() async throws {
    let report = try #require(try await reports().first { $0.results.first?.code == .pass })
    let text = String(decoding: try json(report), as: UTF8.self)
    #expect(throws: Never.self) { try JSONDecoder().decode(VerificationReport.self, from: Data(text.utf8)) }
    for (old, new) in [
      (#""result":"pass""#, #""result":"fail""#), (#""result":"pass""#, #""result":"good""#),
      (#""kind":"success""#, #""kind":"permanentFailure","cause":"bodyHashDidNotVerify""#),
      (#""bodyHash":"matches""#, #""bodyHash":"maybe""#), (#""domain":"example.com""#, #""domain":"example.org""#),
      (#""NUL""#, #""nul""#), (#"{"signatures""#, #"{"error":"x","signatures""#),
      (#""position":0"#, #""position":null"#), ("v=DKIM1", "v=DKIM2"), (" v=1;", " v=3;"),
      (#"{"signatures""#, #"{"headerExcess":"x","signatures""#),
    ] {
      let changed = text.replacing(old, with: new)
      try #require(changed != text, "\(old)")
      #expect(throws: DecodingError.self, "\(new)") {
        try JSONDecoder().decode(VerificationReport.self, from: Data(changed.utf8))
      }
    }
  }

  /// Decoded tags are written to Authentication-Results fields.
  @Test(arguments: [
    ("domain", "a; dkim=pass"), ("selector", "a b"), ("algorithm", "rsa"), ("identity", "a"),
    ("identity", "a b@example.com"), ("signature", "QUJD QUJD"), ("signature", "*"),
  ])
  func `tags that cannot come from a field are rejected`(name: String, value: String) throws {
    var members: [String: String?] = [
      "domain": "example.com", "selector": "s", "algorithm": "x-y", "identity": nil, "signature": "QUJD",
    ]
    #expect(throws: Never.self) { try JSONDecoder().decode(SignatureTags.self, from: JSONEncoder().encode(members)) }
    members[name] = value
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(SignatureTags.self, from: JSONEncoder().encode(members))
    }
  }

  @Test func `the schema lists every word`() throws {
    struct Schema: Decodable {
      struct Property: Decodable { let `enum`: [String?]? }
      struct Definition: Decodable { let properties: [String: Property] }
      let definitions: [String: Definition]
      enum CodingKeys: String, CodingKey { case definitions = "$defs" }
    }
    let path = TestFiles.package.appending("Docs/Schemas/verify.schema.json").string
    let schema = try JSONDecoder().decode(Schema.self, from: Data(try TestFiles.read(path)))
    var words: [String: Set<String>] = [:]
    func collect(_ value: Any, _ definition: String) {
      guard let members = value as? [String: Any] else { return }
      for key in ["kind", "cause"] { (members[key] as? String).map { _ = words[definition, default: []].insert($0) } }
      for key in ["error", "excess"] { members[key].map { collect($0, key) } }
    }
    for outcome in Self.outcomes { collect(try JSONSerialization.jsonObject(with: json(outcome)), "outcome") }
    for definition in ["outcome", "error", "excess"] {
      let properties = try #require(schema.definitions[definition]).properties
      let listed = ["kind", "cause"].flatMap { properties[$0]?.enum ?? [] }.compactMap(\.self)
      #expect(Set(listed) == words[definition], "\(definition)")
    }
  }

  @Test func `floating-point numbers are not written`() {
    var writer = JSONWriter()
    #expect(throws: EncodingError.self) { try writer.value(["a": 1.5]) }
  }

  @Test func `values of all kinds are written in order`() throws {
    struct Value: Encodable {
      let text = "a\"b"
      let missing: Int? = nil
      let list: [Int?] = [1, nil, -2]
      let empty: [String] = []
      let flag = true
    }
    #expect(
      String(decoding: try json(Value()), as: UTF8.self)
        == #"{"text":"a\"b","list":[1,null,-2],"empty":[],"flag":true}"#)
  }
}
