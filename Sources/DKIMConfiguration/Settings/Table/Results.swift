extension SettingTable {
  /// What is done about a message.
  static let actions: [SettingDefinition] = [
    SettingDefinition("On-Default", .action, "The action for all that have none of their own."),
    SettingDefinition(
      "On-BadSignature", .action, default: "accept",
      "A signature that is bad, expired, or makes no sense, or whose key is revoked."),
    SettingDefinition("On-DNSError", .action, default: "tempfail", "The key could not be asked for in DNS."),
    SettingDefinition("On-InternalError", .action, default: "tempfail", "Something failed within the filter."),
    SettingDefinition("On-KeyNotFound", .action, default: "accept", "DNS has no key for the signature."),
    SettingDefinition("On-NoSignature", .action, default: "accept", "The message has no signature."),
    SettingDefinition(
      "On-Security", .action, default: "tempfail", "The message may be an attack, as by MaximumHeaders."),
    SettingDefinition("On-SignatureError", .action, default: "reject", "A message could not be signed."),
    SettingDefinition(
      "On-ReputationError", .action, default: "accept", .accepted("no reputation is asked for"),
      "The reputation of a sender could not be asked for."),
    SettingDefinition(
      "CaptureUnknownErrors", .flag, default: "no", "Quarantine a message when something fails within the filter."),
    SettingDefinition(
      "Quarantine", .flag, default: "no", reload: false,
      .accepted("OpenDKIM never read it; write On-BadSignature quarantine"), "Quarantine mail with bad signatures."),
    SettingDefinition(
      "RedirectFailuresTo", .text("address"), .refused("the recipients of a message are never changed"),
      "Send mail with bad signatures to this address instead."),
  ]

  /// What is written into the header, and what is taken out of it.
  static let results: [SettingDefinition] = [
    SettingDefinition(
      "AuthservID", .text("name"),
      "The name in Authentication-Results; HOSTNAME is the name of this machine. Default: the macro j of the MTA."),
    SettingDefinition(
      "AuthservIDWithJobID", .flag, default: "no", "Write the job of the MTA behind that name, after a slash."),
    SettingDefinition(
      "AlwaysAddARHeader", .flag, default: "no", "Say dkim=none in Authentication-Results of unsigned mail too."),
    SettingDefinition(
      "KeepAuthResults", .flag, default: "no", "Leave Authentication-Results fields that claim to be ours."),
    SettingDefinition(
      "RemoveARAll", .flag, default: "no", "Remove such fields whatever they tell about, not only about DKIM."),
    SettingDefinition(
      "RemoveARFrom", .dataSet,
      "Names whose Authentication-Results fields are removed, with a leading dot all below it. Default: our own name."),
    SettingDefinition("NoHeaderB", .flag, default: "no", "Leave header.b out of Authentication-Results."),
    SettingDefinition(
      "AddCanonicalizedData", .flag, default: "no",
      "Add X-DKIM-Canonicalized-Header and -Body for each signature verified: what was hashed, for failure reports."),
    SettingDefinition("SoftwareHeader", .flag, default: "no", "Add the field DKIM-Filter, which names this program."),
    SettingDefinition("X-Header", .flag, default: "no", "The old name of SoftwareHeader."),
  ]
}
