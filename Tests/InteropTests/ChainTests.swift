import DKIMCore
import Testing

/// A message that every implementation has signed, one after another; each new field is above the previous ones.
@Suite(
  .enabled(
    if: PeerKind.installed.count == PeerKind.allCases.count, "a peer is not installed: Scripts/install test"))
struct ChainTests {
  @Test func `every signature verifies`() async throws {
    let peers = try PeerKind.allCases.map(Peer.init)
    for number in 0..<max(Run.count / 6, 1) {
      try await check(number, peers)
    }
  }

  private func check(_ number: Int, _ peers: [Peer]) async throws {
    // Some peers sign with the current time, whatever time they are given.
    let time = InteropCase.now()
    let one = InteropCase.draw(number, role: .signs, defects: KnownDefect.all + KnownDefect.betweenPeers, most: 1)
    var message = one.message
    var keys: [String: String] = [:]
    for (location, peer) in peers.enumerated() {
      var plan = one.plans[0]
      plan.selector = "chain\(location)"
      keys[plan.recordName] = plan.key.record
      message.bytes = try peer.sign(one.message, plan, at: time) + message.bytes
    }
    let signed = try Ours.sign(message, one.plans, at: time)
    keys.merge(signed.keys) { $1 }
    let ours = await Ours.verify(signed.bytes, keys: keys, at: time)
    #expect(ours.map(\.reason) == Array(repeating: "signature verified", count: peers.count + 1), one.comment)
    for peer in peers {
      let verdicts = try peer.verify(signed.bytes, keys: keys)
      #expect(verdicts == Array(repeating: "pass", count: peers.count + 1), one.comment)
    }
  }
}
