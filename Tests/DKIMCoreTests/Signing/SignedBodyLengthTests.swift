import DKIMCore
import Testing

@Suite struct SignedBodyLengthTests {
  private let message = Array("From: a@example.com\r\n\r\nbody \r\n\r\n".utf8)

  private func field(_ change: (inout SigningRequest) -> Void) throws -> String {
    var request = try SigningRequest(
      domain: try DomainName("example.com"), selector: try Selector("sel"), key: try SigningKey.generate(.ed25519))
    change(&request)
    let field = try #require(try Signer([request]).sign(message, at: Timestamp(1_780_000_000)).first)
    return String(decoding: field.bytes, as: UTF8.self).split { " \t\r\n".contains($0) }.joined(separator: " ")
  }

  /// The relaxed body is `body` and a line ending, 6 bytes in total.
  @Test(arguments: [
    (SignedBodyLength.exactly(4), 4), (.atMost(4), 4), (.atMost(6), 6), (.atMost(1000), 6), (.whole, 6),
    (.atMost(0), 0),
  ])
  func `the tag has the number of signed bytes`(_ length: SignedBodyLength, _ expected: Int) async throws {
    var request = try SigningRequest(
      domain: try DomainName("example.com"), selector: try Selector("sel"), key: try SigningKey.generate(.ed25519))
    request.bodyLength = length
    let field = try #require(try Signer([request]).sign(message, at: Timestamp(1_780_000_000)).first)
    let source = Source(record: Array(try PublishableKeyRecord(request.key).text.utf8))
    let results = await Verifier(policy: .tolerant).verify(
      field.bytes + message, keys: source, at: Timestamp(1_780_000_000)
    ).results
    #expect(results.map(\.code) == [.pass])
    #expect(results.first?.signature?.bodyLength == UInt64(expected))
    #expect(results.first?.body?.signedBytes == UInt64(expected))
  }

  @Test func `reports can be requested`() throws {
    #expect(try field { $0.requestsReports = true }.contains(" r=y; bh="))
    #expect(try field { _ in }.contains("r=y") == false)
  }

  private struct Source: PublicKeySource {
    let record: [UInt8]
    func answer(_ query: KeyQuery) async -> KeyAnswer { .records([record], secure: false) }
  }
}
