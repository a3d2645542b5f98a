import Testing

@testable import DKIMCore
@testable import dkimtool

@Suite("sign: new signatures verify")
struct SignatureCheckTests {
  private static let message = Array("From: a@example.com\r\nSubject: x\r\n\r\nHello\r\n".utf8)
  private static let time = Timestamp(1_780_000_000)

  private func request(_ type: KeyType = .ed25519) throws -> SigningRequest {
    try SigningRequest(
      domain: try DomainName("example.com"), selector: try Selector("s"), key: try SigningKey.generate(type, bits: 1024)
    )
  }

  private func signature(_ request: SigningRequest, of message: [UInt8]) throws -> SignatureField {
    try #require(try Signer([request]).sign(message, at: Self.time).first)
  }

  @Test(arguments: [KeyType.rsa, .ed25519])
  func `a valid signature is accepted`(type: KeyType) throws {
    var request = try request(type)
    request.copiesHeaders = true
    request.bodyLength = .atMost(2)
    try request.setLifetime(.seconds(1))
    let field = try signature(request, of: Self.message)
    #expect(try SignatureCheck(Self.message, at: Self.time).refusal(of: field, by: request) == nil)
    // Other signatures in the message do not matter.
    let message = Array("DKIM-Signature: v=1; junk\r\n".utf8) + Self.message
    let second = try signature(request, of: message)
    #expect(try SignatureCheck(message, at: Self.time).refusal(of: second, by: request) == nil)
  }

  @Test
  func `an invalid signature is refused, with the reason`() throws {
    let request = try request()
    let field = try signature(request, of: Self.message)
    let check = SignatureCheck(Self.message, at: Self.time)
    let other = try self.request()
    #expect(try check.refusal(of: field, by: other) == "signature did not verify")
    let body = SignatureCheck(Self.message + Array("more\r\n".utf8), at: Self.time)
    #expect(try body.refusal(of: field, by: request) == "body hash did not verify")
    let damaged = SignatureField(value: field.value.filter { $0 != UInt8(ascii: "h") })
    #expect(try check.refusal(of: damaged, by: request) != nil)
    // The first line becomes part of the new field.
    let continued = Array(" x\r\n".utf8) + Self.message
    let swallowed = try signature(request, of: continued)
    #expect(try SignatureCheck(continued, at: Self.time).refusal(of: swallowed, by: request) != nil)
  }
}
