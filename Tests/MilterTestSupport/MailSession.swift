package import Milter
package import MilterPeer
package import NIOCore

/// A connection of an MTA that has announced a client and is ready for messages.
package struct MailSession: Sendable {
  package let peer: MilterPeer
  package let agreed: PeerAgreement

  /// An internal client.
  package static let inside = PeerClient(address: "127.0.0.1", hostName: "localhost")
  /// An external client.
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

  /// Sends one message followed by ABORT, like Postfix.
  package func deliver(_ message: PeerMessage) async throws -> PeerOutcome {
    let outcome = try await peer.deliver(message, agreed)
    // A milter that is shutting down closes the connection after its verdict.
    try? await peer.abort()
    return outcome
  }

  package func quit() async throws {
    try? await peer.send(MilterFrame(.quit))
    try await peer.close()
  }

  /// Sends one message on a separate connection.
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
