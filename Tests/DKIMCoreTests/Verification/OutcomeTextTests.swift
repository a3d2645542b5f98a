import DKIMCore
import Testing

@Suite struct OutcomeTextTests {
  @Test(
    arguments: [
      (.noKey(name: "s._domainkey.a.example", exists: true), "key not found in DNS"),
      (.keyRecord(.revoked), "key revoked"),
      (.keyRecord(.incompatibleVersion("DKIM2")), "unknown key version: v=DKIM2"),
      (.inappropriateHashAlgorithm(allowed: ["sha1"]), "signature-key hash mismatch"),
      (.inapplicableService(services: ["x"]), "not an e-mail key: inapplicable key: it is for x, not for email"),
      (
        .inapplicableIdentity(identity: "@b.a.example"),
        "unauthorized subdomain: inapplicable key: t=s does not allow i=@b.a.example in a subdomain"
      ),
      (
        .bodyTooShort(signed: 9, actual: 2),
        "length tag value exceeds body size: l=9, but the body has 2 bytes"
      ),
      (.bodyHashDidNotVerify, "signature verification failed: the body was changed"),
      (.signatureDidNotVerify, "signature verification failed: the header was changed"),
    ] as [(PermanentFailure, String)])
  func `a failure has OpenDKIM's words`(_ failure: PermanentFailure, _ words: String) {
    #expect(VerificationOutcome.permanentFailure(failure).text.openDKIM == words)
  }

  @Test func `an outcome without OpenDKIM's words has the short text`() {
    for outcome in [VerificationOutcome.success, .unacceptable(.singleLabelDomain("a"))] {
      #expect(outcome.text.openDKIM == outcome.description)
    }
    #expect(
      VerificationOutcome.unacceptable(.keyTooSmall(bits: 512, minimum: 1024)).text.openDKIM
        == "signing key too small: 512 bits, need at least 1024")
  }

  @Test func `the address of a DNS server is not in the text for a header field`() {
    let outcome = VerificationOutcome.temporaryFailure(.unavailable("192.0.2.53: connection refused"))
    #expect(outcome.description == "key unavailable: 192.0.2.53: connection refused")
    #expect(outcome.text.openDKIM == "key unavailable")
    #expect(VerificationOutcome.temporaryFailure(.timeout(seconds: 5)).text.openDKIM == "key unavailable: timeout")
  }
}
