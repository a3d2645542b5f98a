import DKIMCore
import Testing

@Suite struct VerificationPolicyTests {
  @Test func `the tolerant policy accepts what the RFCs leave to the verifier`() {
    let policy = VerificationPolicy.tolerant
    #expect(
      [policy.fromTheFuture, policy.unsignedBody, policy.unsignedFrom, policy.singleLabelDomains].allSatisfy {
        $0 == .accept
      })
  }
}
