extension SettingTable {
  /// How signatures of others are judged.
  static let verification: [SettingDefinition] = [
    SettingDefinition(
      "MaximumSignaturesToVerify", .integer, default: "3",
      "So many signatures of a message are looked at, those of TrustSignaturesFrom first; 0: 100."),
    SettingDefinition(
      "TrustSignaturesFrom", .dataSet, "Domains whose signatures count though the sender is from another."),
    SettingDefinition(
      "Minimum", .text("N, N% or N+"), default: "0", flag: "-L",
      "How much of the body a signature must cover: N bytes, N percent (N%), or all but N bytes (N+); 0: the whole body."
    ),
    SettingDefinition(
      "MustBeSigned", .dataSet, "Header fields that a signature must cover where the message has them."),
    SettingDefinition(
      "ClockDrift", .integer, default: "300",
      "Seconds that clocks may differ when t= and x= are looked at; 0 is the default."),
    SettingDefinition(
      "UnprotectedKey", .choice(["none", "neutral", "fail"]), default: "none",
      "What becomes of a good signature whose key is not protected by DNSSEC."),
    SettingDefinition(
      "BogusKey", .choice(["fail", "neutral", "none"]), default: "fail",
      "What becomes of a signature whose key DNSSEC finds forged."),
    SettingDefinition(
      "RequiredHeaders", .flag, default: "no", flag: "-r",
      "Reject messages that miss a header field RFC 5322 demands, or have one too often."),
    SettingDefinition(
      "StrictHeaders", .flag, default: "no", "Judge such messages as malformed: dkim=permerror, and accepted."),
    SettingDefinition(
      "IgnoreMalformedMail", .flag, default: "no", "Let malformed mail pass without a word about it."),
    SettingDefinition(
      "WeakSyntaxChecks", .flag, default: "no",
      .accepted("a malformed signature never keeps the other ones of a message from being looked at"),
      "Go on with a message after errors in its form."),
    SettingDefinition(
      "MaximumHeaders", .integer, default: "65536",
      "Octets that the header of a message may have; above that On-Security applies. 0: no limit of this kind."),
    SettingDefinition(
      "AllowSHA1Only", .flag, default: "no", reload: false,
      .accepted("every build has SHA-256, and SHA-1 is not used (RFC 8301)"),
      "Start though the cryptographic library lacks SHA-256."),
    SettingDefinition(
      "DomainKeysCompat", .flag, default: "no",
      .accepted("key records of DomainKeys that are no key records of DKIM are not read"),
      "Read key records of DomainKeys (RFC 4870)."),
    SettingDefinition(
      "DiagnosticDirectory", .path, .accepted("nothing is written there; use dkimtool verify to see what was changed"),
      "Where the headers of messages with a bad signature and z= are kept."),
    SettingDefinition(
      "SendReports", .flag, default: "no", .accepted("no reports are sent"),
      "Send reports on bad signatures to domains that ask for them (RFC 6651)."),
    SettingDefinition(
      "ReportAddress", .text("address"), .accepted("it matters only with SendReports"), "The sender of reports."),
    SettingDefinition(
      "ReportBccAddress", .text("address"), .accepted("it matters only with SendReports"),
      "Who gets a copy of reports."),
    SettingDefinition(
      "MTACommand", .path, default: "/usr/sbin/sendmail", .accepted("it matters only with SendReports"),
      "The program that sends reports."),
    SettingDefinition(
      "SMTPURI", .text("URI"), .accepted("it matters only with SendReports"), "The server that reports go to."),
    SettingDefinition(
      "VBR-TrustedCertifiers", .dataSet, .refused("vouching by reference (RFC 5518) is not supported"),
      "Certifiers whose word counts."),
    SettingDefinition(
      "VBR-TrustedCertifiersOnly", .flag, default: "no", .accepted("it matters only with VBR-TrustedCertifiers"),
      "Ask no other certifiers."),
  ]
}
