import DKIMConfiguration

/// What the filter does with a client.
public struct ConnectionDecision: Sendable {
  public enum Course: Sendable, Hashable {
    /// Mail from the client is filtered.
    case filter
    /// The client is in `PeerList`: all its mail is accepted unchanged.
    case accept
  }

  public var course: Course
  public var explanation: Explanation
  public var log: [LogEvent]
}

extension Filter {
  /// Looks the client up in `PeerList`. If the lookup fails, the client is filtered like any other.
  public func decide(_ connection: ConnectionFacts) async -> ConnectionDecision {
    var decision = ConnectionDecision(course: .filter, explanation: Explanation(), log: [])
    guard let list = configuration.origin.peerList else { return decision }
    let client = connection.shortText
    do {
      let match = try await list.match(name: connection.hostName, address: connection.effectiveAddress)
      if let match {
        decision.course = .accept
        decision.explanation.steps = [
          .init(.yes, "\(client) matches '\(match.row.key)'", setting: "PeerList", place: match.row.place),
          .init(.result, "all mail from this client is accepted unchanged"),
        ]
      } else {
        decision.explanation.steps = [
          .init(.no, "\(client) is not listed", setting: "PeerList", place: configuration.places["PeerList"])
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

extension ConnectionFacts {
  /// `HOST [IP]`, as the log shows clients.
  var clientText: String { "\(hostName) \(addressText)" }

  /// `HOST [IP]`, or only `[IP]` if the name is the address.
  public var shortText: String { hostName == addressText ? hostName : clientText }

  private var addressText: String { "[\(effectiveAddress?.description ?? "unknown")]" }
}
