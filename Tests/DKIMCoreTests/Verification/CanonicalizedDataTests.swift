@testable import DKIMCore
import Testing
import TestSupport

/// The hashed data that is kept for reports. // RFC 6376 §3.4, §3.7
@Suite struct CanonicalizedDataTests {
  private let time = Timestamp(1_780_000_000)

  private func verify(
    _ message: [UInt8], _ records: [[UInt8]], keeping limits: CanonicalizedData.Limits?, pieces: Int = 1
  ) -> [VerificationResult] {
    let message = ParsedMessage(message)
    var session = Verifier(policy: .tolerant)
      .begin(message.header, at: time, keeping: limits)
    for query in session.pendingQueries { session.supply(.records(records, secure: false), for: query) }
    let body = Array(message.body)
    for start in stride(from: 0, to: body.count, by: pieces) {
      _ = session.update(body: body.span.extracting(start..<min(start + pieces, body.count)))
    }
    return session.finish().results
  }

  private func text(_ part: CanonicalizedData.Part?) -> String? {
    part.map { String(decoding: $0.bytes, as: UTF8.self) }
  }

  /// The example of RFC 6376 §3.4.5, with a From field added so that it can be signed.
  private func example(
    _ canonicalization: Canonicalization, _ change: (inout SigningRequest) -> Void = { _ in }
  ) throws -> (message: [UInt8], record: [UInt8], field: SignatureField) {
    var request = try SigningRequest(
      domain: try DomainName("example.com"), selector: try Selector("sel"), key: try SigningKey.generate(.ed25519))
    request.canonicalization = canonicalization
    request.signedHeaders = HeaderSelection(["*"])
    change(&request)
    let message = Array("A: X\r\nB : Y\t\r\n\tZ  \r\nFrom: a\r\n\r\n C \r\nD \t E\r\n\r\n\r\n".utf8)
    let field = try #require(try Signer([request]).sign(message, at: time).first)
    return (field.bytes + message, Array(try PublishableKeyRecord(request.key).text.utf8), field)
  }

  @Test(arguments: [1, 3, 1000])
  func relaxed(_ pieces: Int) throws {
    let (message, record, field) = try example(.relaxed)
    let results = verify(message, [record], keeping: .init(header: 10_000, body: 10_000), pieces: pieces)
    #expect(results.map(\.code) == [.pass])
    let data = try #require(results.first?.canonicalized)
    #expect(text(data.body) == " C\r\nD E\r\n")
    // The signature field has an empty b= and no CRLF; its folds are single spaces.
    let signature = String(decoding: field.value, as: UTF8.self).replacing("\r\n\t", with: " ")
    let blanked = try #require(signature.firstRange(of: " b="))
    #expect(
      text(data.header)
        == "a:X\r\nb:Y Z\r\nfrom:a\r\ndkim-signature:" + signature[..<blanked.upperBound].dropFirst())
    #expect(data.header.isComplete && data.body.isComplete)
  }

  @Test func simple() throws {
    let (message, record, field) = try example(.simple)
    let results = verify(message, [record], keeping: .init(header: 10_000, body: 10_000))
    let data = try #require(results.first?.canonicalized)
    #expect(text(data.body) == " C \r\nD \t E\r\n")
    let signature = String(decoding: field.value, as: UTF8.self)
    let blanked = try #require(signature.firstRange(of: "\tb="))
    #expect(
      text(data.header)
        == "A: X\r\nB : Y\t\r\n\tZ  \r\nFrom: a\r\nDKIM-Signature:" + signature[..<blanked.upperBound])
  }

  @Test func `the message of the standard`() throws {
    let name = "published-rfc6376-a.2.vector"
    let vector = try Vector(name: name, file: TestFiles.read(Vector.folder + "/" + name))
    guard case .records(let records, _) = vector.answers["brisbane._domainkey.example.com"] else {
      Issue.record("no record")
      return
    }
    let results = verify(vector.message, records, keeping: .init(header: 10_000, body: 10_000))
    let result = try #require(results.first)
    #expect(result.code == .pass)
    let data = try #require(result.canonicalized)
    #expect(text(data.body) == "Hi.\r\n\r\nWe lost the game. Are you hungry yet?\r\n\r\nJoe.\r\n")
    #expect(Crypto.digest(data.body.bytes) == result.signature?.bodyHash)
    #expect(
      text(data.header) == """
        Received: from client1.football.example.com  [192.0.2.1]\r
              by submitserver.example.com with SUBMISSION;\r
              Fri, 11 Jul 2003 21:01:54 -0700 (PDT)\r
        From: Joe SixPack <joe@football.example.com>\r
        To: Suzie Q <suzie@shopping.example.net>\r
        Subject: Is dinner ready?\r
        Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r
        Message-ID: <20030712040037.46341.5F8J@football.example.com>\r
        DKIM-Signature: v=1; a=rsa-sha256; s=brisbane; d=example.com;\r
              c=simple/simple; q=dns/txt; i=joe@football.example.com;\r
              h=Received : From : To : Subject : Date : Message-ID;\r
              bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r
              b=;
        """)
    let record = try #require(result.key?.record)
    #expect(
      record.key.verify(
        signature: try #require(result.signature?.signature), digest: Crypto.digest(data.header.bytes)))
  }

  @Test func `a value longer than the limit is cut, and marked as cut`() throws {
    let (message, record, _) = try example(.relaxed)
    let whole = try #require(verify(message, [record], keeping: .init(header: 10_000, body: 9)).first?.canonicalized)
    #expect(whole.body.bytes.count == 9 && whole.body.isComplete)
    let length = whole.header.bytes.count
    let header = verify(message, [record], keeping: .init(header: length, body: 8), pieces: 2).first?.canonicalized
    #expect(header?.header.isComplete == true)
    #expect(text(header?.body) == " C\r\nD E\r" && header?.body.isComplete == false)
    let cut = verify(message, [record], keeping: .init(header: length - 1, body: 0)).first?.canonicalized
    #expect(cut?.header.bytes == whole.header.bytes.dropLast() && cut?.header.isComplete == false)
    #expect(cut?.body.bytes == [] && cut?.body.isComplete == false)
    let none = verify(message, [record], keeping: .init(header: -1, body: -1)).first?.canonicalized
    #expect(none?.header.bytes == [] && none?.header.isComplete == false)
  }

  @Test func `only hashed data is kept`() throws {
    let (message, record, _) = try example(.simple) { $0.bodyLength = .exactly(4) }
    let results = verify(message, [record], keeping: .init(header: 10_000, body: 10_000))
    #expect(results.map(\.code) == [.pass])
    #expect(text(results.first?.canonicalized?.body) == " C \r")
    #expect(results.first?.canonicalized?.body.isComplete == true)
  }

  /// Data is kept for failed signatures, because reports are about them; if nothing was hashed, nothing is kept.
  @Test func `failures have their data`() throws {
    let (message, record, _) = try example(.relaxed)
    let limits = CanonicalizedData.Limits(header: 10_000, body: 10_000)
    let changed = verify(message + Array("x\r\n".utf8), [record], keeping: limits)
    #expect(changed.map(\.code) == [.fail])
    #expect(text(changed.first?.canonicalized?.body) == " C\r\nD E\r\n\r\n\r\nx\r\n")
    let keyless = verify(message, [], keeping: limits)
    #expect(keyless.map(\.code) == [.permerror])
    #expect(text(keyless.first?.canonicalized?.body) == " C\r\nD E\r\n")
    let broken = verify(Array("DKIM-Signature: v=2\r\n".utf8) + message, [record], keeping: limits)
    #expect(broken.map(\.code) == [.permerror, .pass])
    #expect(broken.first?.canonicalized == nil && broken.last?.canonicalized != nil)
  }

  @Test func `nothing is kept unless requested`() throws {
    let (message, record, _) = try example(.relaxed)
    let results = verify(message, [record], keeping: nil)
    #expect(results.map(\.code) == [.pass])
    #expect(results.first?.canonicalized == nil)
  }
}
