import DKIMCore
import Testing

@testable import DKIMDiagnostics

@Suite("Why a signature fails")
struct SignatureDiagnosisTests {
  private static let time = Timestamp(1_780_000_000)
  private static let key = Result { () throws(SigningKeyError) in try SigningKey.generate(.ed25519) }
  private static let header = "From: a@example.com\r\nTo: list@example.org\r\nSubject: Hello\r\n"
  private static let body = "Dear list,\r\n\r\nFrom now on:\r\n.\r\nBye\r\n"

  /// Publishes one key at every name.
  private struct OneKey: PublicKeySource {
    let record: [UInt8]

    func answer(_ query: KeyQuery) async -> KeyAnswer { .records([record], secure: false) }
  }

  /// Returns a signed message.
  private func signed(
    body: String = body, _ canonicalization: Canonicalization = .relaxed, copiesHeaders: Bool = false
  ) throws -> String {
    let message = Self.header + "\r\n" + body
    var request = try SigningRequest(
      domain: try DomainName("example.com"), selector: try Selector("s"), key: try Self.key.get())
    request.canonicalization = canonicalization
    request.copiesHeaders = copiesHeaders
    let field = try #require(try Signer([request]).sign(Array(message.utf8), at: Self.time).first)
    return String(decoding: field.bytes, as: UTF8.self) + message
  }

  private func diagnosis(_ message: String) async throws -> SignatureDiagnosis {
    let source = OneKey(record: Array(try PublishableKeyRecord(try Self.key.get()).text.utf8))
    let found = await SignatureDiagnosis.all(
      of: Array(message.utf8), verifier: Verifier(), keys: source, at: Self.time)
    #expect(found.count == 1)
    return try #require(found.first)
  }

  @Test
  func `a signature that passes has no causes and no explanation`() async throws {
    let diagnosis = try await diagnosis(try signed())
    #expect(diagnosis.result.code == .pass)
    #expect(diagnosis.causes.isEmpty)
    #expect(diagnosis.explanation.isEmpty)
  }

  @Test
  func `the first 20 differences from the copied fields are reported`() async throws {
    let names = (0..<25).map { "X-Field-\($0)" }
    var request = try SigningRequest(
      domain: try DomainName("example.com"), selector: try Selector("s"), key: try Self.key.get())
    request.copiesHeaders = true
    request.signedHeaders = HeaderSelection(names, excluding: [])
    let header = Self.header + names.map { $0 + ": a\r\n" }.joined()
    let field = try #require(try Signer([request]).sign(Array((header + "\r\nHi\r\n").utf8), at: Self.time).first)
    let changed =
      String(decoding: field.bytes, as: UTF8.self) + header.replacing(": a\r\n", with: ": b\r\n") + "\r\nHi\r\n"
    let causes = try await diagnosis(changed).causes
    // Fields are signed from the first one in the list.
    let found = causes.compactMap { cause -> String? in
      if case .fieldChanged(let name, "a", "b") = cause { name } else { nil }
    }
    #expect(found == Array(names.prefix(20)), "\(causes)")
  }

  @Test
  func `an unsigned message has no diagnosis`() async {
    let source = OneKey(record: [])
    let found = await SignatureDiagnosis.all(
      of: Array((Self.header + "\r\n").utf8), verifier: Verifier(), keys: source, at: Self.time)
    #expect(found.isEmpty)
  }

  static let bodies: [(changed: String, cause: SignatureDiagnosis.Cause)] = [
    (body + "_____\r\nSent by the list\r\n", .footerAdded(.init(lines: 2, beginning: "_____"))),
    (body + "\r\n-- \r\n", .footerAdded(.init(lines: 1, beginning: "-- "))),
    ("[external]\r\n" + body, .bannerAdded(.init(lines: 1, beginning: "[external]"))),
    ("Dear list,\r\n\r\n>From now on:\r\n.\r\nBye\r\n", .fromLinesQuoted),
    ("Dear list,\r\n\r\nFrom now on:\r\n..\r\nBye\r\n", .dotsDoubled),
    ("Dear list,\r\n\r\nFrom now on:\r\n.\nBye\r\n", .lineEndingsChanged),
  ]

  @Test(arguments: bodies)
  func `a change of the body is found`(changed: String, cause: SignatureDiagnosis.Cause) async throws {
    let message = try signed()
    let diagnosis = try await diagnosis(message.dropLast(Self.body.count) + changed)
    #expect(diagnosis.result.outcome == .permanentFailure(.bodyHashDidNotVerify))
    #expect(diagnosis.causes == [cause])
    #expect(!diagnosis.explanation.isEmpty)
  }

  @Test
  func `white space that was added is found if the body is signed with simple canonicalization`() async throws {
    let message = try signed(body: "a b\r\n", Canonicalization(header: .relaxed, body: .simple))
    #expect(try await diagnosis(message.dropLast("a b\r\n".count) + "a  b\r\n").causes == [.whiteSpaceAdded])
  }

  @Test
  func `a signer that did not see the body is found`() async throws {
    #expect(try await diagnosis(try signed(body: "") + "text\r\n").causes == [.bodyNotSeen])
  }

  static let headers: [(changed: String, cause: SignatureDiagnosis.Cause)] = [
    (
      "From: a@example.com\r\nTo: list@example.org\r\nSubject: [list] Hello\r\n",
      .headerRewritten(subjectPrefix: "[list]", originalFrom: nil)
    ),
    (
      "From: list@example.org\r\nX-Original-From: a@example.com\r\nTo: list@example.org\r\nSubject: Hello\r\n",
      .headerRewritten(subjectPrefix: nil, originalFrom: "X-Original-From")
    ),
    (
      "From: list@example.org\r\nX-Original-From: a@example.com\r\nTo: list@example.org\r\nSubject: EXT: Hello\r\n",
      .headerRewritten(subjectPrefix: "EXT:", originalFrom: "X-Original-From")
    ),
    (header + "To: other@example.net\r\n", .fieldAdded(name: "To")),
  ]

  @Test(arguments: headers)
  func `a change of the header is found`(changed: String, cause: SignatureDiagnosis.Cause) async throws {
    let message = try signed()
    let field = message.dropLast((Self.header + "\r\n" + Self.body).count)
    let diagnosis = try await diagnosis(field + changed + "\r\n" + Self.body)
    #expect(diagnosis.result.outcome == .permanentFailure(.signatureDidNotVerify))
    #expect(diagnosis.causes == [cause])
  }

  @Test
  func `fields are compared with the copies in the signature`() async throws {
    let message = try signed(copiesHeaders: true)
    let field = message.dropLast((Self.header + "\r\n" + Self.body).count)
    let changed = "From: a@example.com\r\nSubject: Good bye\r\n\r\n"
    let causes = try await diagnosis(field + changed + Self.body).causes
    #expect(causes.contains(.fieldRemoved(name: "To", value: "list@example.org")))
    #expect(causes.contains(.fieldChanged(name: "Subject", signed: "Hello", current: "Good bye")))
  }

  @Test
  func `simple canonicalization of the header is the cause if no other is found`() async throws {
    let message = try signed(.simple)
    let field = message.dropLast((Self.header + "\r\n" + Self.body).count)
    let changed = "From:  a@example.com\r\nTo: list@example.org\r\nSubject: Hello\r\n\r\n"
    #expect(try await diagnosis(field + changed + Self.body).causes == [.simpleHeaderCanonicalization])
  }

  @Test
  func `causes are described in sentences`() {
    let footer = SignatureDiagnosis.Cause.footerAdded(.init(lines: 2, beginning: "_____"))
    #expect(
      "\(footer)" == "The body hash matches without the last 2 lines, which begin with \"_____\": a footer was added "
        + "after signing, as mailing lists and gateways do.")
    let banner = SignatureDiagnosis.Cause.bannerAdded(.init(lines: 1, beginning: "x"))
    #expect("\(banner)".hasPrefix("The body hash matches without the first line, which begins with \"x\": a banner"))
    let both = SignatureDiagnosis.Cause.headerRewritten(subjectPrefix: "[a]", originalFrom: "Reply-To")
    #expect(
      "\(both)" == "The header signature is valid if \"[a]\" is removed from the Subject: it was added after signing "
        + "and From has the value of Reply-To: From was rewritten after signing.")
  }
}
