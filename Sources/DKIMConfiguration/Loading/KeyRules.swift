public import DKIMCore

/// The settings that key tools need: how private keys are checked, and how their DNS records are looked up.
public struct KeyRules: Sendable {
  /// Reads keys and applies `RequireSafeKeys` and `MinimumKeyBits`, for the user in `UserID`.
  public let store: SigningKeyStore
  /// `SignatureAlgorithm`: keys of another type are not used. `nil`: all types are used.
  public let signatureAlgorithm: KeyType?
  public let dns: DNSRules
}

extension ConfigurationLoader {
  /// Loads only the rules for keys, and ignores errors in all other settings.
  ///
  /// - Returns: the rules, or `nil` if one of the problems is an error; and all problems.
  public func loadKeyRules(_ settings: Settings) async -> (KeyRules?, [ConfigurationProblem]) {
    var draft = ConfigurationDraft(settings, parts: parts, drivers: drivers)
    draft.checkStatus(of: ["ResolverConfiguration", "SignatureAlgorithm", "TrustAnchorFile"])
    draft.configuration.process.userID = draft.userID()
    draft.loadNameService()
    await draft.loadTestData()
    var signing = SigningRules()
    draft.loadKeySafety(&signing)
    draft.configuration.signing = signing
    draft.makeStore(self)
    let rules = KeyRules(
      store: draft.configuration.signing.keyStore, signatureAlgorithm: signing.signatureAlgorithm,
      dns: draft.configuration.dns)
    return (draft.problems.all.hasErrors ? nil : rules, draft.problems.all)
  }
}
