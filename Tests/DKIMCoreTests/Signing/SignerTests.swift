@testable import DKIMCore
import Testing

@Suite struct SignerTests {
  private let message = Array("From: a@example.com\r\nSubject: hi\r\nX-Other: y\r\n\r\nbody \r\n\r\n".utf8)
  private let time = Timestamp(1_780_000_000)

  private func request(_ type: KeyType = .ed25519) throws -> SigningRequest {
    try SigningRequest(
      domain: try DomainName("example.com"), selector: try Selector("sel"),
      key: try SigningKey.generate(type, bits: 1024))
  }

  private func text(_ field: SignatureField) -> String { String(decoding: field.bytes, as: UTF8.self) }

  /// The value of a tag, unfolded and without white space.
  private func tag(_ name: String, _ field: SignatureField) -> String? {
    let value = String(decoding: field.value.filter { !ASCII.isFWS($0) }, as: UTF8.self)
    return value.split(separator: ";").first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
  }

  private func verify(_ signed: [UInt8], _ requests: [SigningRequest]) async throws -> [VerificationResult] {
    let records = try requests.map { Array(try PublishableKeyRecord($0.key).text.utf8) }
    let source = RecordSource(records: records)
    return await Verifier(policy: .tolerant).verify(signed, keys: source, at: time).results
  }

  @Test func `several keys in one pass`() async throws {
    var simple = try request(.rsa)
    simple.canonicalization = .simple
    var mixed = try request()
    mixed.canonicalization = Canonicalization(header: .relaxed, body: .simple)
    let requests = [try request(), simple, mixed]
    let fields = try Signer(requests).sign(message, at: time)
    #expect(fields.count == 3)
    let results = try await verify(fields.flatMap(\.bytes) + message, requests)
    #expect(results.map(\.code) == [.pass, .pass, .pass])
  }

  @Test func `the field is folded and nothing is broken`() throws {
    var long = try request(.rsa)
    long.signedHeaders = HeaderSelection(["*"])
    let header = (0..<60).map { "X-Long-Name-Of-A-Field-\($0): v\r\n" }.joined()
    let field = try #require(
      try Signer([long]).sign(Array(("From: a\r\n" + header + "\r\n").utf8), at: time).first)
    let lines = text(field).split(separator: "\r\n", omittingEmptySubsequences: true)
    #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("\t") })
    #expect(lines.allSatisfy { $0.utf8.count <= 78 })
    #expect(lines.first?.hasPrefix("DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com;") == true)
  }

  @Test func `oversigning names a field once more than it occurs`() throws {
    var over = try request()
    over.signedHeaders = HeaderSelection(["From"])
    try over.setOversignedHeaders(["From", "X-Other", "Cc"])
    let field = try #require(try Signer([over]).sign(message, at: time).first)
    #expect(tag("h", field) == "From:X-Other:From:X-Other:Cc")
  }

  /// Malformed lines that look like another From field.
  @Test(arguments: ["X: y\n From: b\r\n", "X: y\nFromage: b\r\n", "X: y\r\n\tFrom: b\r\n", "X: From: b\n\r\n"])
  func `one from is enough`(_ field: String) throws {
    #expect(try Signer([try request()]).sign(Array((field + "From: a\r\n\r\n").utf8), at: time).count == 1)
  }

  @Test func `From is signed whatever the selection says`() throws {
    var none = try request()
    none.signedHeaders = HeaderSelection([])
    try none.setOversignedHeaders([])
    let field = try #require(try Signer([none]).sign(message, at: time).first)
    #expect(tag("h", field) == "From")
  }

  @Test func `body length, lifetime and copies`() async throws {
    var limited = try request()
    limited.bodyLength = .exactly(3)
    try limited.setLifetime(.seconds(60))
    limited.copiesHeaders = true
    try limited.setIdentity(Identity(localPart: "a;b", domain: try DomainName("mail.example.com")))
    let field = try #require(try Signer([limited]).sign(message, at: time).first)
    #expect(tag("l", field) == "3")
    #expect(tag("x", field) == "1780000060")
    #expect(tag("i", field) == "a=3Bb@mail.example.com")
    #expect(tag("z", field)?.hasPrefix("From:=20a@example.com|Subject:=20hi") == true)
    let result = try #require(try await verify(field.bytes + message, [limited]).first)
    #expect(result.code == .pass)
    #expect(result.body?.signedBytes == 3)
    #expect(result.body?.unsignedBytes == 3)
    #expect(result.remarks == [.unsignedBody(bytes: 3)])
  }

  @Test(arguments: [.seconds(Int64.max), .seconds(UInt64.max)] as [Duration])
  func `a lifetime beyond all time stays a time`(_ lifetime: Duration) throws {
    var endless = try request()
    try endless.setLifetime(lifetime)
    let field = try #require(try Signer([endless]).sign(message, at: time).first)
    #expect(tag("x", field) == "999999999999")
  }

  @Test(arguments: [.zero, .seconds(-1), .milliseconds(999), .seconds(Int64.min)] as [Duration])
  func `a lifetime of less than a second is refused`(_ lifetime: Duration) throws {
    var short = try request()
    #expect(throws: SigningError.noLifetime) { try short.setLifetime(lifetime) }
    #expect(short.lifetime == nil)
  }

  @Test func `fractions of a second are dropped`() throws {
    var short = try request()
    try short.setLifetime(.milliseconds(1999))
    #expect(short.lifetime == .seconds(1))
  }

  @Test(
    arguments: [
      (999_999_999_999, 60, SigningError.noLifetime),
      (1_000_000_000_000, 60, .timeTooLate(Timestamp(1_000_000_000_000))), (.max, nil, .timeTooLate(.never)),
    ] as [(UInt64, Int?, SigningError)])
  func `times that no verifier accepts`(_ seconds: UInt64, _ lifetime: Int?, _ error: SigningError) throws {
    var short = try request()
    try short.setLifetime(lifetime.map { .seconds($0) })
    #expect(throws: error) { try Signer([short]).sign(message, at: Timestamp(seconds)) }
    #expect(!"\(error)".isEmpty)
  }

  @Test(arguments: ["X;Y", ";", "DKIM-Signature", "dkim-signature"])
  func `oversigned names that cannot be`(_ name: String) throws {
    var over = try request()
    let names = [.from, try HeaderFieldName(name)]
    #expect(throws: SigningError.notAHeaderName(name)) { try over.setOversignedHeaders(names) }
    #expect(throws: SigningError.notAHeaderName(name)) {
      try SigningRequest(
        domain: over.domain, selector: over.selector, key: try SigningKey.generate(.ed25519), oversignedHeaders: names)
    }
    #expect(over.oversignedHeaders == [.from])
    let description = "\(SigningError.notAHeaderName(name))"
    #expect(description.utf8.allSatisfy { $0 >= 0x20 })
  }

  @Test(arguments: ["a@b", "\"a@b\"", "@", "a b;c=", "\u{fc}"])
  func `every local part survives a round trip`(_ localPart: String) async throws {
    var named = try request()
    try named.setIdentity(Identity(localPart: localPart, domain: named.domain))
    let field = try #require(try Signer([named]).sign(message, at: time).first)
    let result = try #require(try await verify(field.bytes + message, [named]).first)
    #expect(result.code == .pass, "\(result.reason)")
    #expect(result.signature?.identity == named.identity)
  }

  @Test func `copies of any length are folded`() async throws {
    var copied = try request()
    copied.copiesHeaders = true
    copied.signedHeaders = HeaderSelection(["*"])
    for length in [0, 1, 7, 50, 51, 52, 53, 54, 55, 56, 57, 1000] {
      let value =
        String(repeating: "\u{fc}|a:= ", count: length / 8) + String(repeating: "=", count: length % 8)
        + String(repeating: "bbbbbb", count: length) + "="
      let message = Array("From: a@b.c\r\nSubject:\(value)\r\nX: \(value)\r\n \(value)\r\n\r\n".utf8)
      let field = try #require(try Signer([copied]).sign(message, at: time).first)
      #expect(text(field).split(separator: "\r\n").allSatisfy { $0.utf8.count <= 75 })
      #expect(!text(field).contains("\t b="))
      let z = try #require(tag("z", field)).split(separator: "|")
      #expect(z.count == 3)
      let copy = Array(z[1].dropFirst("Subject:".count).utf8)
      #expect(QuotedPrintable.decode(copy.span).bytes == Array(value.utf8))
      #expect(try #require(try await verify(field.bytes + message, [copied]).first).code == .pass)
    }
  }

  /// White space is allowed between the bytes of a copy, but not inside "=XX". // RFC 6376 §2.11
  @Test(arguments: 50...80)
  func `no copy is folded within a code`(_ length: Int) async throws {
    var copied = try request()
    copied.copiesHeaders = true
    copied.signedHeaders = HeaderSelection(["*"])
    let name = String(repeating: "N", count: length)
    for start in [" ", "\u{fc}", " b=", "b=", "a b=", "  "] {
      let value = start + String(repeating: "a", count: 200)
      let message = Array("From: a@b.c\r\n\(name):\(value)\r\n\r\n".utf8)
      let field = try #require(try Signer([copied]).sign(message, at: time).first)
      let copies = try #require(field.value.firstRange(of: Array("z=".utf8))).upperBound
      let z = field.value[copies...].prefix { $0 != UInt8(ascii: ";") }
      for sign in z.indices where z[sign] == UInt8(ascii: "=") {
        #expect(z[sign...].prefix(3).allSatisfy { !ASCII.isFWS($0) }, "\(length), \"\(start)\"")
      }
      #expect(!text(field).contains("\t b="), "\(length), \"\(start)\"")
      let copy = Array(try #require(tag("z", field)?.split(separator: "|").last).dropFirst(length + 1).utf8)
      #expect(QuotedPrintable.decode(copy.span).bytes == Array(value.utf8))
      #expect(try #require(try await verify(field.bytes + message, [copied]).first).code == .pass)
    }
  }

  @Test func `U-labels are written as A-labels`() async throws {
    let named = try SigningRequest(
      domain: try DomainName("b\u{fc}cher.example"), selector: try Selector("s\u{fc}d"),
      key: try SigningKey.generate(.ed25519),
      identity: Identity(localPart: "", domain: try DomainName("Mail.b\u{fc}cher.example")))
    let field = try #require(try Signer([named]).sign(message, at: time).first)
    #expect(tag("d", field) == "xn--bcher-kva.example")
    #expect(tag("s", field) == "xn--sd-xka")
    #expect(tag("i", field) == "@mail.xn--bcher-kva.example")
    #expect(try #require(try await verify(field.bytes + message, [named]).first).code == .pass)
  }

  @Test(arguments: [
    ("Subject: x\r\n\r\n", SigningError.noFrom), ("From: a\r\nfrom : b\r\n\r\n", .severalFrom(count: 2)),
    ("", .emptyMessage), ("From: a\r\nX: y\nfrom : b\r\n\r\n", .severalFrom(count: 2)),
    ("X: y\rFrom: b\nFROM:c\r\nFrom: a\r\n\r\n", .severalFrom(count: 3)),
    ("X: y\nFrom: b\r\n\r\n", .noFrom), ("X: y\rFrom: b\r\n\r\n", .noFrom),
    ("X: y\nFrom: b\nFrom: c\r\n\r\n", .noFrom),
  ])
  func `refused messages`(_ text: String, _ error: SigningError) throws {
    let signer = Signer([try request()])
    #expect(throws: error) { try signer.sign(Array(text.utf8), at: time) }
    #expect(!"\(error)".isEmpty)
  }

  @Test func `refused requests`() throws {
    #expect(throws: SigningError.noRequests) { try Signer([]).sign(message, at: time) }
    var foreign = try request()
    let outside = Identity(localPart: "", domain: try DomainName("example.org"))
    #expect(throws: SigningError.identityOutsideDomain(identity: "@example.org", domain: "example.com")) {
      try foreign.setIdentity(outside)
    }
    #expect(foreign.identity == nil)
    var control = try request()
    let broken = Identity(localPart: "a\r\nb", domain: control.domain)
    #expect(throws: SigningError.controlCharacterInIdentity) { try control.setIdentity(broken) }
    var long = try request()
    long.bodyLength = .exactly(1000)
    #expect(throws: SigningError.bodyTooShort(signed: 1000, actual: 6)) { try Signer([long]).sign(message, at: time) }
    let label = String(repeating: "a", count: 60)
    let selector = try Selector([label, label, label, label].joined(separator: "."))
    let key = try SigningKey.generate(.ed25519)
    #expect(throws: SigningError.queryNameTooLong(selector: selector.text, domain: "example.com")) {
      try SigningRequest(domain: try DomainName("example.com"), selector: selector, key: key)
    }
  }

  /// The verifier accepts as many names as the signer writes.
  @Test func `the most header names verify`() async throws {
    var many = try request()
    try many.setOversignedHeaders([])
    let message = Array(("From: a@example.com\r\n" + String(repeating: "To: b\r\n", count: 999) + "\r\nhi\r\n").utf8)
    let field = try #require(try Signer([many]).sign(message, at: time).first)
    #expect(tag("h", field)?.split(separator: ":").count == 1000)
    let source = RecordSource(records: [Array(try PublishableKeyRecord(many.key).text.utf8)])
    let report = await Verifier().verify(field.bytes + message, keys: source, at: time)
    #expect(report.results.map(\.code) == [.pass])
  }

  @Test func `refused headers`() throws {
    let many = Array(("From: a\r\n" + String(repeating: "To: b\r\n", count: 1001) + "\r\n").utf8)
    #expect(throws: SigningError.tooManyHeaderNames(count: 1003, limit: 1000)) {
      try Signer([try request()]).sign(many, at: time)
    }
    #expect(throws: SigningError.header(.fields(limit: 10))) {
      try Signer([try request()], headerLimits: .init(bytes: 10_000, fields: 10)).sign(many, at: time)
    }
  }
}

/// Responds to every query with the same records.
struct RecordSource: PublicKeySource {
  let records: [[UInt8]]

  func answer(_ query: KeyQuery) async -> KeyAnswer { .records(records, secure: true) }
}
