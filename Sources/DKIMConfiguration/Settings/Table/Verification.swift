extension SettingTable {
  /// Settings for verification.
  static let verification: [SettingDefinition] = [
    SettingDefinition(
      "MaximumSignaturesToVerify", .integer, default: "3",
      "Maximum number of signatures evaluated per message; those from TrustSignaturesFrom come first. 0: 100."),
    SettingDefinition(
      "TrustSignaturesFrom", .dataSet,
      "Domains whose signatures are evaluated first and trusted even if the sender is from another domain. With "
        + "MaximumSignaturesToVerify 0, other third-party signatures do not count."),
    SettingDefinition(
      "Minimum", .text("N, N% or N+"), default: "0", flag: "-L",
      "Minimum part of the body that a signature must cover: N bytes, N percent (N%), or all but N bytes (N+); 0: the "
        + "whole body."),
    SettingDefinition(
      "MustBeSigned", .dataSet, "Header fields that a signature must cover if the message has them."),
    SettingDefinition(
      "ClockDrift", .integer, default: "300",
      "Tolerated clock difference, in seconds, when t= and x= are checked; 0: 300 seconds."),
    SettingDefinition(
      "UnprotectedKey", .choice(["none", "neutral", "fail"]), default: "none",
      "Result for a good signature whose key is not protected by DNSSEC; none: the result stays pass."),
    SettingDefinition(
      "BogusKey", .choice(["fail", "neutral", "none"]), default: "fail",
      "Result for a signature whose key fails DNSSEC validation."),
    SettingDefinition(
      "RequiredHeaders", .flag, default: "no", flag: "-r",
      "Reject messages that lack a header field required by RFC 5322, or repeat one that must be unique."),
    SettingDefinition(
      "StrictHeaders", .flag, default: "no",
      "Treat messages that lack a header field required by RFC 5322, or repeat one that must be unique, as malformed: "
        + "report dkim=permerror and accept them."),
    SettingDefinition(
      "IgnoreMalformedMail", .flag, default: "no", "Accept malformed mail without adding a result."),
    SettingDefinition(
      "WeakSyntaxChecks", .flag, default: "no",
      .accepted("a malformed signature never prevents the evaluation of the others"),
      "Continue with a message after syntax errors."),
    SettingDefinition(
      "MaximumHeaders", .integer, default: "65536",
      "Maximum size of a message header, in bytes; On-Security applies to larger ones. 0 disables this limit."),
    SettingDefinition(
      "AllowSHA1Only", .flag, default: "no", reload: false,
      .accepted("SHA-256 is always available, and SHA-1 is not used (RFC 8301)"),
      "Start even if the cryptographic library lacks SHA-256."),
    SettingDefinition(
      "DomainKeysCompat", .flag, default: "no",
      .accepted("DomainKeys key records that are not valid DKIM key records are not accepted"),
      "Accept DomainKeys key records (RFC 4870)."),
    SettingDefinition(
      "DiagnosticDirectory", .path,
      .accepted("no diagnostic files are written; use dkimtool verify to see what was changed"),
      "Directory for the headers of messages that have a bad signature with z=."),
    SettingDefinition(
      "SendReports", .flag, default: "no", .accepted("no reports are sent"),
      "Send failure reports to domains that request them (RFC 6651)."),
    SettingDefinition(
      "ReportAddress", .text("address"), .accepted("it applies only with SendReports"), "Sender of failure reports."),
    SettingDefinition(
      "ReportBccAddress", .text("address"), .accepted("it applies only with SendReports"),
      "Recipients of copies of failure reports."),
    SettingDefinition(
      "MTACommand", .path, default: "/usr/sbin/sendmail", .accepted("it applies only with SendReports"),
      "Program that sends failure reports."),
    SettingDefinition(
      "SMTPURI", .text("URI"), .accepted("it applies only with SendReports"),
      "SMTP server to which failure reports are sent."),
    SettingDefinition(
      "VBR-TrustedCertifiers", .dataSet, .refused("vouching by reference (RFC 5518) is not supported"),
      "Trusted certifiers for VBR-Info fields."),
    SettingDefinition(
      "VBR-TrustedCertifiersOnly", .flag, default: "no", .accepted("it applies only with VBR-TrustedCertifiers"),
      "Query only the certifiers in VBR-TrustedCertifiers."),
  ]
}
