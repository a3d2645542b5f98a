@testable import DKIMCore
import Testing

/// Ed25519 with simple header canonicalization, and selectors of all lengths: the line that contains b= must be the
/// line that was hashed, wherever the field is folded. OpenDKIM makes no valid signature of these.
@Suite struct Ed25519SimpleTests {
  @Test(.enabled(if: PeerKind.dkimpy.isInstalled, "dkimpy is not installed: Scripts/install test"))
  func `accepted by dkimpy`() throws { try expectAccepted(by: .dkimpy) }

  @Test(.enabled(if: PeerKind.libopendkim.isInstalled, "libopendkim is not installed: Scripts/install test"))
  func `accepted by libopendkim`() throws { try expectAccepted(by: .libopendkim) }

  private func expectAccepted(by kind: PeerKind) throws {
    let peer = try Peer(kind)
    let message = Array("From: alice@example.org\r\nSubject:  two  spaces\r\n\r\nHello \r\n".utf8)
    let key = try #require(InteropKey.ed25519.first)
    for length in 1...63 {
      for body in CanonicalizationAlgorithm.allCases {
        let selector = String(repeating: "s", count: length)
        var request = try SigningRequest(
          domain: try DomainName("example.org"), selector: try Selector(selector), key: key.key)
        request.canonicalization = Canonicalization(header: .simple, body: body)
        let fields = try Signer([request]).sign(message, at: Timestamp(InteropCase.now()))
        let verdicts = try peer.verify(
          fields.flatMap(\.bytes) + message, keys: ["\(selector)._domainkey.example.org": key.record])
        #expect(verdicts == ["pass"], "selector of \(length) octets, body \(body)")
      }
    }
  }
}
