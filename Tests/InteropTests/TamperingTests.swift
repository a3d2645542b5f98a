import DKIMCore
import Testing

/// No implementation accepts a changed message. Without these tests, acceptance would prove nothing.
@Suite struct TamperingTests {
  private static let count = 30

  @Test(.enabled(if: PeerKind.dkimpy.isInstalled, "dkimpy is not installed: Scripts/install test"))
  func dkimpy() async throws { try await expectRefused(.dkimpy) }

  @Test(.enabled(if: PeerKind.mailDKIM.isInstalled, "Mail::DKIM is not installed: Scripts/install test"))
  func `mail DKIM`() async throws { try await expectRefused(.mailDKIM) }

  @Test(.enabled(if: PeerKind.libopendkim.isInstalled, "libopendkim is not installed: Scripts/install test"))
  func libopendkim() async throws { try await expectRefused(.libopendkim) }

  private func expectRefused(_ kind: PeerKind) async throws {
    let peer = try Peer(kind)
    let time = InteropCase.now()
    let defects = KnownDefect.of(kind, .signs) + KnownDefect.of(kind, .verifies) + Self.unsuited(kind)
    for number in 0..<Self.count {
      let one = InteropCase.draw(number, role: .signs, defects: defects, most: 1)
      let plan = one.plans[0]
      let keys = [plan.recordName: plan.key.record]
      let ours = try Ours.sign(one.message, one.plans, at: time).bytes
      let theirs = try peer.sign(one.message, plan, at: time) + one.message.bytes
      for tampering in Tampering.allCases {
        let verdicts = try peer.verify(tampering.applied(to: ours), keys: keys)
        #expect(verdicts.count == 1 && verdicts[0].hasPrefix("fail"), one.comment)
        let words = await Ours.verify(tampering.applied(to: theirs), keys: keys, at: time).map(\.code)
        #expect(words == [.fail], one.comment)
      }
    }
  }

  /// The body is not completely signed, or the message has no body.
  private static func unsuited(_ kind: PeerKind) -> [KnownDefect] {
    [Shape.bodyLength, .noBody].map {
      KnownDefect(peer: kind, roles: [.signs], shapes: [$0], reason: "the body is not signed")
    }
  }
}
