import DKIMCore
import MilterPeer
import Testing

@testable import DKIMMilter

/// Lookups that follow the evaluation of the signatures, in the running program.
@Suite("Server: ATPS and VBR", .timeLimit(.minutes(5)))
struct ServerThirdPartyTests {
  /// A message of an author in another domain, signed by example.com on their behalf.
  private func message(_ folder: MilterFolder, body: String = "Hello\r\n") throws -> PeerMessage {
    var request = try SigningRequest(
      domain: try DomainName("example.com"), selector: try Selector("s"), key: folder.key)
    request.atps = ATPSTags(author: try DomainName("author.example"), hash: .sha256)
    let text =
      "VBR-Info: md=example.com; mc=list; mv=certifier.example;\r\nFrom: a@author.example\r\nTo: b@example.net\r\n"
      + "Subject: x\r\n\r\n"
    let field = try #require(try Signer([request]).sign(Array((text + "Hello\r\n").utf8), at: .now).first)
    let whole = String(decoding: field.bytes, as: UTF8.self) + text + body
    return PeerMessage(Array(whole.replacing("\r\n", with: "\n").utf8))
  }

  private func results(_ outcome: PeerOutcome) -> String {
    let field = outcome.modifications.first { $0.insertedName == "Authentication-Results" }
    return field?.insertedValue?.replacing("\n\t", with: " ") ?? ""
  }

  /// The label is that of example.com with the padding that OpenDKIM expects, so the second name has to be looked up.
  @Test func `names without and with padding are looked up after the signature has passed`() async throws {
    let folder = try MilterFolder()
    let label = "UN42N5XOV642KXRXRQIYANHCOUPGQL5LT4WTBKYT2IJFLBWODFDQ===="
    try folder.write(
      folder.read("records") + "\(label)._atps.author.example v=ATPS1\nexample.com._vouch.certifier.example list\n",
      to: "records")
    let milter = try await MilterDaemon(
      folder, lines: ["Mode v", "InternalHosts 192.0.2.1", "VBR-TrustedCertifiers certifier.example"])
    let connection = try await milter.connect()
    // A connection can be used again.
    for _ in 0..<2 {
      let outcome = try await connection.deliver(try message(folder))
      #expect(outcome.isAccepted)
      #expect(results(outcome).contains("; dkim=pass "))
      #expect(
        results(outcome).hasSuffix(
          "; dkim-atps=pass header.from=a@author.example; vbr=pass header.md=example.com header.mv=certifier.example"))
    }
    // Nothing is looked up for a bad signature.
    let outcome = try await connection.deliver(try message(folder, body: "Changed\r\n"))
    #expect(outcome.isAccepted && results(outcome).contains("; dkim=fail "))
    #expect(!results(outcome).contains("dkim-atps") && results(outcome).contains("; vbr=none "))
    try await connection.quit()
  }
}
