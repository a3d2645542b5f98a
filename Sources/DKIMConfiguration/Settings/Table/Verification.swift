extension Setting {
  // MARK: Settings for verification

  package static let maximumSignaturesToVerify = SettingKey<Int>(
    "MaximumSignaturesToVerify", into: \.verification.policy.maximumSignatures,
    "Maximum number of signatures evaluated per message; those from TrustSignaturesFrom come first. 0: 100.")
  package static let trustSignaturesFrom = SettingKey<DataSetText?>(
    "TrustSignaturesFrom",
    "Domains whose signatures are evaluated first and trusted even if the sender is from another domain. With "
      + "MaximumSignaturesToVerify 0, other third-party signatures do not count.")
  package static let minimum = SettingKey<String?>(
    "Minimum", kind: .text("N, N% or N+"), unset: "0", flag: "-L",
    "Minimum part of the body that a signature must cover: N bytes, N percent (N%), or all but N bytes (N+); 0: the "
      + "whole body.")
  package static let mustBeSigned = SettingKey<DataSetText?>(
    "MustBeSigned", "Header fields that a signature must cover if the message has them.")
  package static let clockDrift = SettingKey<Duration>(
    "ClockDrift", into: \.verification.policy.clockDrift,
    "Tolerated clock difference, in seconds, when t= and x= are checked; 0: 300 seconds.")
  package static let unprotectedKey = SettingKey<VerificationRules.KeyTreatment>(
    "UnprotectedKey", into: \.verification.unprotectedKey,
    "Result for a good signature whose key is not protected by DNSSEC; none: the result stays pass.")
  package static let bogusKey = SettingKey<VerificationRules.KeyTreatment>(
    "BogusKey", kind: .choice(["fail", "neutral", "none"]), into: \.verification.bogusKey,
    "Result for a signature whose key fails DNSSEC validation.")
  package static let requiredHeaders = SettingKey<Bool>(
    "RequiredHeaders", into: \.verification.requiredHeaders, flag: "-r",
    "Reject messages that lack a header field required by RFC 5322, or repeat one that must be unique.")
  package static let strictHeaders = SettingKey<Bool>(
    "StrictHeaders", into: \.verification.strictHeaders,
    "Treat messages that lack a header field required by RFC 5322, or repeat one that must be unique, as malformed: "
      + "report dkim=permerror and accept them.")
  package static let ignoreMalformedMail = SettingKey<Bool>(
    "IgnoreMalformedMail", into: \.verification.ignoreMalformedMail, "Accept malformed mail without adding a result.")
  package static let weakSyntaxChecks = SettingKey<Bool>(
    "WeakSyntaxChecks", into: \.verification.weakSyntaxChecks,
    "Treat an unsigned message without a readable sender like any other unsigned message, instead of as malformed.")
  package static let maximumHeaders = SettingKey<Int>(
    "MaximumHeaders", into: \.limits.maximumHeaders,
    "Maximum size of a message header, in bytes; On-Security applies to larger ones. 0 disables this limit.")

  package static let vbrTrustedCertifiers = SettingKey<DataSetText?>(
    "VBR-TrustedCertifiers",
    "Certifiers whose word counts when VBR-Info fields (RFC 5518) of mail with a good signature are checked. Unset: the "
      + "fields are not checked.")
  package static let vbrTrustedCertifiersOnly = SettingKey<Bool>(
    "VBR-TrustedCertifiersOnly", into: \.verification.trustedCertifiersOnly,
    "Ask all certifiers in VBR-TrustedCertifiers, not only those that the VBR-Info field also names.")

  /// Settings for verification.
  static let verification: [any SettingRow] = [
    maximumSignaturesToVerify, trustSignaturesFrom, minimum, mustBeSigned, clockDrift, unprotectedKey, bogusKey,
    requiredHeaders, strictHeaders, ignoreMalformedMail, weakSyntaxChecks, maximumHeaders, vbrTrustedCertifiers,
    vbrTrustedCertifiersOnly,
    SettingDefinition(
      "AllowSHA1Only", .flag, default: "no", reload: false,
      .accepted("SHA-256 is always available, and SHA-1 is not used (RFC 8301)"),
      "Start even if the cryptographic library lacks SHA-256."),
    SettingDefinition(
      "DomainKeysCompat", .flag, default: "no",
      .accepted("key records in the format of DomainKeys are always accepted (RFC 6376)"),
      "Accept DomainKeys key records (RFC 4870)."),
  ]
}
