extension Setting {
  // MARK: Settings for the action taken on a message

  package static let onDefault = SettingKey<ConfiguredAction?>(
    "On-Default", "Action for every On-* setting that is not set.")
  package static let onBadSignature = SettingKey<ConfiguredAction>(
    "On-BadSignature", into: \.actions.badSignature,
    "Action if a signature is bad, malformed or expired, or if its key is revoked.")
  package static let onDNSError = SettingKey<ConfiguredAction>(
    "On-DNSError", into: \.actions.dnsError, "Action if the DNS lookup of a key fails.")
  package static let onInternalError = SettingKey<ConfiguredAction>(
    "On-InternalError", into: \.actions.internalError, "Action if an internal error occurs in the filter.")
  package static let onKeyNotFound = SettingKey<ConfiguredAction>(
    "On-KeyNotFound", into: \.actions.keyNotFound, "Action if a signature's key does not exist in DNS.")
  package static let onNoSignature = SettingKey<ConfiguredAction>(
    "On-NoSignature", into: \.actions.noSignature, "Action if a message has no signature.")
  package static let onSecurity = SettingKey<ConfiguredAction>(
    "On-Security", into: \.actions.security,
    "Action if a message may be an attack, for example if its header exceeds MaximumHeaders.")
  package static let onSignatureError = SettingKey<ConfiguredAction>(
    "On-SignatureError", into: \.actions.signatureError, "Action if a message that should be signed cannot be signed.")
  package static let captureUnknownErrors = SettingKey<Bool>(
    "CaptureUnknownErrors", into: \.actions.captureUnknownErrors,
    "Quarantine a message if an internal error occurs in the filter.")

  package static let redirectFailuresTo = SettingKey<String?>(
    "RedirectFailuresTo", kind: .text("address"),
    "Address that replaces the recipients of a message if On-BadSignature applies to it and accepts or quarantines it; "
      + "the recipients are named in Original-Recipient fields. Not for signatures with syntax errors.")

  /// Settings for the action taken on a message.
  static let actions: [any SettingRow] = [
    onDefault, onBadSignature, onDNSError, onInternalError, onKeyNotFound, onNoSignature, onSecurity, onSignatureError,
    captureUnknownErrors,
    SettingDefinition(
      "On-ReputationError", .action, default: "accept", .accepted("reputation is not checked"),
      "Action if the lookup of a sender's reputation fails."),
    SettingDefinition(
      "Quarantine", .flag, default: "no", reload: false,
      .accepted("OpenDKIM ignored this setting, too; use On-BadSignature quarantine"),
      "Quarantine mail with bad signatures."),
    redirectFailuresTo,
  ]

  // MARK: Settings for header fields that are added or removed

  package static let authservID = SettingKey<String?>(
    "AuthservID", kind: .text("name"),
    "Name (authserv-id) in Authentication-Results fields; HOSTNAME is this host's name. Default: the MTA macro j.")
  package static let authservIDWithJobID = SettingKey<Bool>(
    "AuthservIDWithJobID", into: \.results.authservIDWithJobID,
    "Append the MTA's queue ID to the authserv-id, after a slash.")
  package static let alwaysAddARHeader = SettingKey<Bool>(
    "AlwaysAddARHeader", into: \.results.alwaysAddARHeader,
    "Also add Authentication-Results, with dkim=none, to unsigned mail.")
  package static let keepAuthResults = SettingKey<Bool>(
    "KeepAuthResults", into: \.results.keepAuthResults,
    "Keep Authentication-Results fields that claim to be from this filter.")
  package static let removeARAll = SettingKey<Bool>(
    "RemoveARAll", into: \.results.removeARAll,
    "Remove forged Authentication-Results fields for every method, not only those with a result for dkim.")
  package static let removeARFrom = SettingKey<DataSetText?>(
    "RemoveARFrom",
    "Names (authserv-ids) whose Authentication-Results fields are removed, in addition to the filter's own; .NAME "
      + "matches all names below NAME.")
  package static let noHeaderB = SettingKey<Bool>(
    "NoHeaderB", into: \.results.noHeaderB, "Omit header.b from Authentication-Results.")
  package static let addCanonicalizedData = SettingKey<Bool>(
    "AddCanonicalizedData", into: \.results.addCanonicalizedData,
    "Add X-DKIM-Canonicalized-Header and X-DKIM-Canonicalized-Body with the hashed data of each verified signature, "
      + "for failure reports.")
  package static let softwareHeader = SettingKey<Bool>(
    "SoftwareHeader", into: \.results.softwareHeader, "Add a DKIM-Filter field, which names this program.")
  package static let xHeader = SettingKey<Bool>(
    "X-Header", default: false, "Old name of SoftwareHeader.")

  /// Settings for header fields that are added or removed.
  static let results: [any SettingRow] = [
    authservID, authservIDWithJobID, alwaysAddARHeader, keepAuthResults, removeARAll, removeARFrom, noHeaderB,
    addCanonicalizedData, softwareHeader, xHeader,
  ]
}
