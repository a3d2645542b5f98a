import DKIMConfiguration

/// What is done with a client.
public struct ConnectionDecision: Sendable {
  public enum Course: Sendable, Hashable {
    /// Its mail goes through the filter.
    case filter
    /// `PeerList`: all its mail is accepted as it is.
    case accept
  }

  public var course: Course
  public var explanation: Explanation
  public var log: [LogEvent]
}

extension Filter {
  /// Looks the client up in `PeerList`. Where that cannot be asked the client is filtered like any other.
  public func decide(_ connection: ConnectionFacts) async -> ConnectionDecision {
    var decision = ConnectionDecision(course: .filter, explanation: Explanation(), log: [])
    guard let list = configuration.origin.peerList else { return decision }
    let client = connection.shortText
    do {
      let match = try await list.match(name: connection.hostName, address: connection.effectiveAddress)
      if let match {
        decision.course = .accept
        decision.explanation.steps = [
          .init(.yes, "\(client) is '\(match.row.key)'", setting: "PeerList", place: match.row.place),
          .init(.result, "all mail of this client is accepted as it is"),
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

  /// The same without an address that says what the name says.
  public var shortText: String { hostName == addressText ? hostName : clientText }

  private var addressText: String { "[\(effectiveAddress?.description ?? "unknown")]" }
}
