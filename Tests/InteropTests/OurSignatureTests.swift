import DKIMCore
import Testing

/// Other implementations accept the signatures of this library.
@Suite struct OurSignatureTests {
  @Test(.enabled(if: PeerKind.dkimpy.isInstalled, "dkimpy is not installed: Scripts/install test"))
  func `accepted by dkimpy`() async throws { try await expectAccepted(by: .dkimpy) }

  @Test(.enabled(if: PeerKind.mailDKIM.isInstalled, "Mail::DKIM is not installed: Scripts/install test"))
  func `accepted by mail DKIM`() async throws { try await expectAccepted(by: .mailDKIM) }

  @Test(.enabled(if: PeerKind.libopendkim.isInstalled, "libopendkim is not installed: Scripts/install test"))
  func `accepted by libopendkim`() async throws { try await expectAccepted(by: .libopendkim) }

  private func expectAccepted(by kind: PeerKind) async throws {
    let peer = try Peer(kind)
    let time = InteropCase.now()
    var signatures = 0
    for number in 0..<Run.count {
      let one = InteropCase.draw(number, role: .signs, defects: KnownDefect.of(kind, .verifies))
      let signed = try Ours.sign(one.message, one.plans, at: time)
      let ours = await Ours.verify(signed.bytes, keys: signed.keys, at: time)
      #expect(ours.map(\.code) == Array(repeating: .pass, count: signed.signatures), one.comment)
      let verdicts = verdicts(peer, signed)
      #expect(verdicts == Array(repeating: "pass", count: signed.signatures), one.comment)
      if verdicts.contains(where: { $0 != "pass" }) { one.keep(signed.bytes, kind.rawValue) }
      signatures += signed.signatures
    }
    print(
      "interop: seed \(Run.seed): \(Run.count) messages, \(signatures) signatures of ours put before \(kind.rawValue)")
  }

  private func verdicts(_ peer: Peer, _ signed: Ours.Signed) -> [String] {
    do {
      return try peer.verify(signed.bytes, keys: signed.keys)
    } catch {
      return ["\(error)"]
    }
  }
}
