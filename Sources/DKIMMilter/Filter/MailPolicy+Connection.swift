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
  /// The lines to log, with the reasons if `LogWhy` or `LogExplanation` is set.
  package var log: [LogEvent]
}

extension MailPolicy {
  /// Looks the client up in `PeerList`. If the lookup fails, the client is filtered like any other.
  package func decide(_ connection: ClientInfo) async -> ConnectionDecision {
    var record = DecisionRecord()
    var action = ConnectionDecision.Action.filter
    guard let list = configuration.origin.peerList else {
      return ConnectionDecision(action: action, explanation: Explanation(), log: [])
    }
    do {
      if let match = try await list.match(name: connection.hostName, address: connection.effectiveAddress) {
        action = .accept
        record.append(.client(.peer(connection, match.row)))
        record.append(.outcome(.peerAccepted))
      } else {
        record.append(.client(.notPeer(connection)))
      }
    } catch {
      record.append(.client(.peerListFailed(error)))
    }
    return ConnectionDecision(
      action: action, explanation: record.explanation(configuration.locations),
      log: record.logEvents + record.reasons(configuration))
  }
}

extension ClientInfo {
  /// `HOST [IP]`, as the log shows clients.
  var clientText: String { "\(hostName) \(addressText)" }

  /// `HOST [IP]`, or only `[IP]` if the name is the address.
  package var shortText: String { hostName == addressText ? hostName : clientText }

  private var addressText: String { "[\(effectiveAddress?.description ?? "unknown")]" }
}
