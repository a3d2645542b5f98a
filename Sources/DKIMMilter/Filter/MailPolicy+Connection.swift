import DKIMConfiguration

/// What the filter does with a client.
package struct ConnectionDecision: Sendable {
  package enum Action: Sendable, Hashable {
    /// Mail from the client is filtered.
    case filter
    /// The client is in `PeerList`: all its mail is accepted unchanged.
    case accept
  }

  package var action: Action
  package var explanation: Explanation
  package var log: [LogEvent]
}

extension MailPolicy {
  /// Looks the client up in `PeerList`. If the lookup fails, the client is filtered like any other.
  package func decide(_ connection: ClientInfo) async -> ConnectionDecision {
    var decision = ConnectionDecision(action: .filter, explanation: Explanation(), log: [])
    guard let list = configuration.origin.peerList else { return decision }
    let client = connection.shortText
    do {
      let match = try await list.match(name: connection.hostName, address: connection.effectiveAddress)
      if let match {
        decision.action = .accept
        decision.explanation.steps = [
          .init(.applied, "\(client) matches '\(match.row.key)'", setting: "PeerList", location: match.row.location),
          .init(.result, "all mail from this client is accepted unchanged"),
        ]
      } else {
        decision.explanation.steps = [
          .init(
            .notApplied, "\(client) is not listed", setting: Setting.peerList.name,
            location: configuration.location(Setting.peerList))
        ]
      }
    } catch {
      decision.explanation.steps = [.init(.failure, "\(error)", setting: "PeerList")]
      decision.log = [.dataSetFailed(setting: "PeerList", why: "\(error)")]
    }
    decision.log += decision.explanation.logEvents(configuration.log)
    return decision
  }
}

extension ClientInfo {
  /// `HOST [IP]`, as the log shows clients.
  var clientText: String { "\(hostName) \(addressText)" }

  /// `HOST [IP]`, or only `[IP]` if the name is the address.
  package var shortText: String { hostName == addressText ? hostName : clientText }

  private var addressText: String { "[\(effectiveAddress?.description ?? "unknown")]" }
}
