extension SettingTable {
  /// Settings for the action taken on a message.
  static let actions: [SettingDefinition] = [
    SettingDefinition("On-Default", .action, "Action for every On-* setting that is not set."),
    SettingDefinition(
      "On-BadSignature", .action, default: "accept",
      "Action if a signature is bad, malformed or expired, or if its key is revoked."),
    SettingDefinition("On-DNSError", .action, default: "tempfail", "Action if the DNS lookup of a key fails."),
    SettingDefinition(
      "On-InternalError", .action, default: "tempfail", "Action if an internal error occurs in the filter."),
    SettingDefinition(
      "On-KeyNotFound", .action, default: "accept", "Action if a signature's key does not exist in DNS."),
    SettingDefinition("On-NoSignature", .action, default: "accept", "Action if a message has no signature."),
    SettingDefinition(
      "On-Security", .action, default: "tempfail",
      "Action if a message may be an attack, for example if its header exceeds MaximumHeaders."),
    SettingDefinition(
      "On-SignatureError", .action, default: "reject", "Action if a message that should be signed cannot be signed."),
    SettingDefinition(
      "On-ReputationError", .action, default: "accept", .accepted("reputation is not checked"),
      "Action if the lookup of a sender's reputation fails."),
    SettingDefinition(
      "CaptureUnknownErrors", .flag, default: "no", "Quarantine a message if an internal error occurs in the filter."),
    SettingDefinition(
      "Quarantine", .flag, default: "no", reload: false,
      .accepted("OpenDKIM ignored this setting, too; use On-BadSignature quarantine"),
      "Quarantine mail with bad signatures."),
    SettingDefinition(
      "RedirectFailuresTo", .text("address"), .refused("the recipients of a message are never changed"),
      "Address to which mail with bad signatures is redirected."),
  ]

  /// Settings for header fields that are added or removed.
  static let results: [SettingDefinition] = [
    SettingDefinition(
      "AuthservID", .text("name"),
      "Name (authserv-id) in Authentication-Results fields; HOSTNAME is this host's name. Default: the MTA macro j."
    ),
    SettingDefinition(
      "AuthservIDWithJobID", .flag, default: "no", "Append the MTA's queue ID to the authserv-id, after a slash."),
    SettingDefinition(
      "AlwaysAddARHeader", .flag, default: "no", "Also add Authentication-Results, with dkim=none, to unsigned mail."),
    SettingDefinition(
      "KeepAuthResults", .flag, default: "no", "Keep Authentication-Results fields that claim to be from this filter."),
    SettingDefinition(
      "RemoveARAll", .flag, default: "no",
      "Remove forged Authentication-Results fields for every method, not only those with a result for dkim."),
    SettingDefinition(
      "RemoveARFrom", .dataSet,
      "Names (authserv-ids) whose Authentication-Results fields are removed, in addition to the filter's own; .NAME "
        + "matches all names below NAME."),
    SettingDefinition("NoHeaderB", .flag, default: "no", "Omit header.b from Authentication-Results."),
    SettingDefinition(
      "AddCanonicalizedData", .flag, default: "no",
      "Add X-DKIM-Canonicalized-Header and X-DKIM-Canonicalized-Body with the hashed data of each verified signature, "
        + "for failure reports."),
    SettingDefinition("SoftwareHeader", .flag, default: "no", "Add a DKIM-Filter field, which names this program."),
    SettingDefinition("X-Header", .flag, default: "no", "Old name of SoftwareHeader."),
  ]
}
