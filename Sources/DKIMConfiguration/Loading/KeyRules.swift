package import DKIMCore

/// The settings that key tools need: how private keys are checked, and how their DNS records are looked up.
package struct KeyRules: Sendable {
  /// Reads keys and applies `RequireSafeKeys` and `MinimumKeyBits`, for the user in `UserID`.
  package let store: SigningKeyStore
  /// `SignatureAlgorithm`: keys of another type are not used. `nil`: all types are used.
  package let signatureAlgorithm: KeyType?
  package let dns: DNSRules
}

extension ConfigurationLoader {
  /// Loads only the rules for keys, and ignores errors in all other settings.
  ///
  /// - Returns: the rules, or `nil` if one of the problems is an error; and all problems.
  package func loadKeyRules(_ settings: Settings) async -> (KeyRules?, [ConfigurationProblem]) {
    var draft = ConfigurationDraft(settings, parts: parts, drivers: drivers)
    draft.checkStatus(of: [Setting.resolverConfiguration, Setting.signatureAlgorithm, Setting.trustAnchorFile])
    draft.configuration.process.userID = draft.userID()
    draft.loadNameService()
    await draft.loadTestData()
    draft.loadSignatureAlgorithm()
    draft.makeKeyStore(self)
    let rules = KeyRules(
      store: draft.configuration.signing.keyStore, signatureAlgorithm: draft.configuration.signing.signatureAlgorithm,
      dns: draft.configuration.dns)
    return (draft.problems.all.hasErrors ? nil : rules, draft.problems.all)
  }
}
