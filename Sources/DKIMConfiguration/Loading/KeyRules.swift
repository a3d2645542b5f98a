public import DKIMCore

/// What a configuration says about private keys and about where their records are asked for: all that tools for keys
/// need of it.
public struct KeyRules: Sendable {
  /// Reads keys by `RequireSafeKeys` and `MinimumKeyBits`, as the user of `UserID`.
  public let store: SigningKeyStore
  /// `SignatureAlgorithm`, where it was set: keys of another type are not used.
  public let signatureAlgorithm: KeyType?
  public let dns: DNSRules
}

extension ConfigurationLoader {
  /// The rules for keys alone: whatever else is wrong with the settings, or not there, does not matter.
  ///
  /// - Returns: `nil` for the rules where one of the problems is an error.
  public func loadKeyRules(_ settings: Settings) async -> (KeyRules?, [ConfigurationProblem]) {
    var draft = ConfigurationDraft(settings, parts: parts, drivers: drivers)
    draft.judgeStatus(of: ["ResolverConfiguration", "SignatureAlgorithm", "TrustAnchorFile"])
    draft.configuration.process.userID = draft.userID()
    draft.takeNameService()
    await draft.takeTestData()
    var signing = SigningRules()
    draft.takeKeySafety(&signing)
    draft.configuration.signing = signing
    draft.makeStore(self)
    let rules = KeyRules(
      store: draft.configuration.signing.keyStore, signatureAlgorithm: signing.signatureAlgorithm,
      dns: draft.configuration.dns)
    return (draft.problems.all.hasErrors ? nil : rules, draft.problems.all)
  }
}
