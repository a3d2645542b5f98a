import DKIMCore
import Testing

@Suite struct PreferredSignatureTests {
  /// The positions of the two signature fields that are evaluated out of five.
  private func evaluated(limit: Int, preferring preferred: Set<Int>) -> [Int] {
    var header = MessageHeader()
    for _ in 0..<5 {
      header.append(name: Array("DKIM-Signature".utf8).span, value: Array(" v=1; nonsense".utf8).span)
    }
    var policy = VerificationPolicy.standard
    policy.maximumSignatures = limit
    let session = Verifier(policy: policy).begin(header, at: Timestamp(0), preferring: preferred)
    let results = session.finish().results
    return results.filter { $0.outcome != .unacceptable(.tooManySignatures(limit: limit)) }.map(\.position)
  }

  @Test func `signatures are evaluated from the top, preferred ones first`() {
    #expect(evaluated(limit: 2, preferring: []) == [0, 1])
    #expect(evaluated(limit: 2, preferring: [4]) == [0, 4])
    #expect(evaluated(limit: 2, preferring: [0, 3]) == [0, 3])
    #expect(evaluated(limit: 2, preferring: [1, 2, 4]) == [1, 2])
    #expect(evaluated(limit: 5, preferring: [2]) == [0, 1, 2, 3, 4])
    #expect(evaluated(limit: 0, preferring: [2]) == [])
  }
}
