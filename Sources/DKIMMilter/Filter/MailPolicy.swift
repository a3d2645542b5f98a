package import DKIMConfiguration
import DKIMCore

/// The filter with one configuration. Keep it as long as the configuration is in effect; any number of threads may use
/// it.
///
///     let policy = MailPolicy(configuration, hostName: "mx.example.org")
///     guard case .filter = await policy.decide(client).action else { ... }
///     var message = policy.message(from: client)
///     message.header(name: name, value: value)                 // for each field
///     let decision = await policy.decide(message.facts)        // at the end of the header
///     switch message.begin(decision, at: now) {
///     case .done(let verdict): ...
///     case .body(let queries, let demand): ...                 // look up keys, feed the body
///     }
///     let further = message.furtherQueries()                   // look them up, and repeat until there are none
///     let verdict = message.finish()                           // on any thread
package final class MailPolicy: Sendable {
  package let configuration: Configuration
  /// The name of this host, which is used if the MTA does not send one.
  package let hostName: String
  /// The verifier, which caches parsed keys.
  let verifier: Verifier
  /// The counters for `RateLimits`.
  package let rates: RateCounters

  /// - Parameter rates: the counters of the previous policy, after a reload.
  package init(_ configuration: Configuration, hostName: String, rates: RateCounters = RateCounters()) {
    self.rates = rates
    self.configuration = configuration
    self.hostName = hostName
    verifier = Verifier(policy: Self.policy(configuration))
  }

  /// Creates a message from the given client.
  package func message(from connection: ClientInfo) -> MessageTransaction {
    MessageTransaction(policy: self, connection: connection)
  }

  /// Decides what to do with a message whose header is complete.
  /// - Parameter inDetail: the explanation also contains rules that nearly applied; for tools, since it costs lookups.
  package func decide(_ facts: MessageMetadata, inDetail: Bool = false) async -> Decision {
    await Decider(facts, configuration, inDetail: inDetail).decide()
  }

  /// Returns the decision for a message whose decision takes too long: the same as for a data set that is unavailable.
  package func lateDecision(_ facts: MessageMetadata, why: String) -> Decision {
    Decider(facts, configuration).late(why)
  }

  /// True if a configured action quarantines messages, so that the MTA has to be asked for this capability.
  package var quarantines: Bool { configuration.canQuarantine }

  /// The most signatures evaluated per message if `MaximumSignaturesToVerify` sets no limit.
  static let maximumSignatures = VerificationRules.maximumSignatures

  private static func policy(_ configuration: Configuration) -> VerificationPolicy {
    var policy = configuration.verification.policy
    if policy.maximumSignatures <= 0 { policy.maximumSignatures = maximumSignatures }
    // If Minimum is set, it decides what coverage is enough, and is checked after the verifier of DKIMCore.
    let old = configuration.openDKIMCompatibility.contains(.ignoreMinimum)
    if old || configuration.verification.minimum != nil { policy.unsignedBody = .accept }
    return policy
  }
}

extension Configuration {
  var canQuarantine: Bool {
    guard !openDKIMCompatibility.contains(.ignoreQuarantine) || actions.captureUnknownErrors else { return false }
    let all = [
      actions.badSignature, actions.dnsError, actions.internalError, actions.keyNotFound, actions.noSignature,
      actions.security, actions.signatureError,
    ]
    return actions.captureUnknownErrors || all.contains(.quarantine)
  }
}
