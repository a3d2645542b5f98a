import DKIMCore
import Testing

/// This library accepts the signatures of other implementations.
@Suite struct PeerSignatureTests {
  @Test(.enabled(if: PeerKind.dkimpy.isInstalled, "dkimpy is not installed: Scripts/install test"))
  func `of dkimpy`() async throws { try await expectAccepted(from: .dkimpy) }

  @Test(.enabled(if: PeerKind.mailDKIM.isInstalled, "Mail::DKIM is not installed: Scripts/install test"))
  func `of mail DKIM`() async throws { try await expectAccepted(from: .mailDKIM) }

  @Test(.enabled(if: PeerKind.libopendkim.isInstalled, "libopendkim is not installed: Scripts/install test"))
  func `of libopendkim`() async throws { try await expectAccepted(from: .libopendkim) }

  private func expectAccepted(from kind: PeerKind) async throws {
    let peer = try Peer(kind)
    let time = InteropCase.now()
    for number in 0..<Run.count {
      let one = InteropCase.draw(number, role: .signs, defects: KnownDefect.of(kind, .signs), most: 1)
      let plan = one.plans[0]
      do {
        let message = try peer.sign(one.message, plan, at: time) + one.message.bytes
        // On a slow machine, the peers' clocks have advanced.
        let results = await Ours.verify(
          message, keys: [plan.recordName: plan.key.record], at: max(time, InteropCase.now()))
        #expect(results.map(\.reason) == ["signature verified"], one.comment)
        if results.first?.code != .pass { one.keep(message, "from" + kind.rawValue) }
      } catch {
        Issue.record(error, one.comment)
        one.keep(one.message.bytes, "unsigned" + kind.rawValue)
      }
    }
    print("interop: seed \(Run.seed): \(Run.count) messages signed by \(kind.rawValue) put before us")
  }
}
