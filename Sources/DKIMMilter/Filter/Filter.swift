public import DKIMConfiguration
import DKIMCore

/// What is done with mail under one configuration. Keep one for as long as the configuration is in force; any number
/// of threads may use it.
///
///     let filter = Filter(configuration, hostName: "mx.example.org")
///     guard case .filter = await filter.decide(client).course else { ... }
///     var message = filter.message(from: client)
///     message.header(name: name, value: value)                 // for each field
///     let decision = await filter.decide(message.facts)        // at the end of the header
///     switch message.begin(decision, at: now) {
///     case .done(let verdict): ...
///     case .body(let queries, let demand): ...                 // ask for keys, feed the body
///     }
///     let verdict = message.finish()                           // on any thread
public final class Filter: Sendable {
  public let configuration: Configuration
  /// The name of this host, for `AuthservID HOSTNAME` and where the MTA tells none.
  public let hostName: String
  /// Remembers keys that were read.
  let verifier: Verifier

  public init(_ configuration: Configuration, hostName: String) {
    self.configuration = configuration
    self.hostName = hostName
    verifier = Verifier(keys: NoKeys(), policy: Self.policy(configuration))
  }

  /// A message of that client.
  public func message(from connection: ConnectionFacts) -> MessageFilter {
    MessageFilter(filter: self, connection: connection)
  }

  /// What is done with a message whose header is there.
  /// - Parameter inDetail: the explanation also says what nearly applied; for people who ask, since it costs look-ups.
  public func decide(_ facts: MessageFacts, inDetail: Bool = false) async -> Decision {
    await Decider(facts, configuration, inDetail: inDetail).decide()
  }

  /// What is done with a message whose decision takes too long: as for any other table that cannot be asked.
  public func lateDecision(_ facts: MessageFacts, why: String) -> Decision {
    Decider(facts, configuration).late(why)
  }

  /// The actions that need a message to be put on hold are in use: the MTA has to be asked for that.
  public var quarantines: Bool { configuration.canQuarantine }

  /// Signatures evaluated where `MaximumSignaturesToVerify` sets no limit.
  static let mostSignatures = 100

  private static func policy(_ configuration: Configuration) -> VerificationPolicy {
    var policy = configuration.verification.policy
    if policy.maximumSignatures <= 0 { policy.maximumSignatures = mostSignatures }
    // Whoever sets Minimum says what coverage is enough; that is looked at behind the core's judgement.
    let old = configuration.oldBehaviour.contains(.ignoreMinimum)
    if old || configuration.verification.minimum != nil { policy.unsignedBody = .accept }
    return policy
  }
}

/// The filter's sessions are given their keys; the verifier never asks.
private struct NoKeys: PublicKeySource {
  func answer(_ query: KeyQuery) async -> KeyAnswer { .failure(.unavailable("no key source")) }
}

extension Configuration {
  var canQuarantine: Bool {
    guard !oldBehaviour.contains(.ignoreQuarantine) || actions.captureUnknownErrors else { return false }
    let all = [
      actions.badSignature, actions.dnsError, actions.internalError, actions.keyNotFound, actions.noSignature,
      actions.security, actions.signatureError,
    ]
    return actions.captureUnknownErrors || all.contains(.quarantine)
  }
}
