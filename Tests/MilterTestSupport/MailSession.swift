package import Milter
package import MilterPeer
package import NIOCore

/// A connection of an MTA with a client on it, ready for messages.
package struct MailSession: Sendable {
  package let peer: MilterPeer
  package let agreed: PeerAgreement

  /// A client that is one of ours.
  package static let inside = PeerClient(address: "127.0.0.1", hostName: "localhost")
  /// A client from outside.
  package static let outside = PeerClient(address: "192.0.2.1", hostName: "client.example")

  package static func open(
    _ milter: Milter, _ client: PeerClient = inside, offer: MilterOffer = .postfix, timeout: TimeAmount = .seconds(30)
  ) async throws -> MailSession {
    let peer = try await MilterPeer.connect(to: milter.address, timeout: timeout)
    do {
      let agreed = try await peer.negotiate(offer)
      _ = try await peer.open(agreed, as: client)
      return MailSession(peer: peer, agreed: agreed)
    } catch {
      try? await peer.close()
      throw error
    }
  }

  /// One message, with ABORT behind it, as Postfix sends it.
  package func deliver(_ message: PeerMessage) async throws -> PeerOutcome {
    let outcome = try await peer.deliver(message, agreed)
    // A milter that is about to end has closed the connection behind its verdict.
    try? await peer.abort()
    return outcome
  }

  package func quit() async throws {
    try? await peer.send(MilterFrame(.quit))
    try await peer.close()
  }

  /// One message on a connection of its own.
  package static func deliver(
    _ message: PeerMessage, to milter: Milter, from client: PeerClient = inside, timeout: TimeAmount = .seconds(30)
  ) async throws -> PeerOutcome {
    let session = try await open(milter, client, timeout: timeout)
    do {
      let outcome = try await session.deliver(message)
      try await session.quit()
      return outcome
    } catch {
      try? await session.peer.close()
      throw error
    }
  }
}
