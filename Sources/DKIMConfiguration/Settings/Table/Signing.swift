extension SettingTable {
  /// Settings for signing.
  static let signing: [SettingDefinition] = [
    SettingDefinition(
      "Canonicalization", .text("HEADER[/BODY], each simple or relaxed"), default: "simple/simple", flag: "-c",
      "Canonicalization of header and body: relaxed tolerates white space changes in transit, simple does not. Without "
        + "BODY, the body uses simple."),
    SettingDefinition(
      "SignatureAlgorithm", .choice(["rsa-sha256", "ed25519-sha256", "rsa-sha1"]), flag: "-S",
      "Sign only with this algorithm. Unset: the algorithm follows from the type of each key. rsa-sha1 is refused."),
    SettingDefinition(
      "SignatureTTL", .integer, "How long, in seconds, signatures are valid (x=); 0 or unset: no expiration."),
    SettingDefinition(
      "SignHeaders", .dataSet,
      default: "From,Reply-To,Subject,Date,To,Cc,Resent-Date,Resent-From,Resent-Sender,Resent-To,Resent-Cc,"
        + "In-Reply-To,References,List-Id,List-Help,List-Unsubscribe,List-Subscribe,List-Post,List-Owner,List-Archive",
      "Header fields to sign if a message has them; *,+NAME,-NAME modifies the default. From is always signed."),
    SettingDefinition(
      "OmitHeaders", .dataSet, default: "Return-Path,Received,Comments,Keywords", flag: "-o",
      "Header fields that are never signed; *,+NAME,-NAME modifies the default."),
    SettingDefinition(
      "OversignHeaders", .dataSet,
      "Header fields listed once more in h= than the message has them, so that adding one breaks the signature. "
        + "Recommended: From."),
    SettingDefinition(
      "MaximumSignedBytes", .integer,
      "Sign at most this many bytes of the body and add their number (l=); anyone can append text without breaking the "
        + "signature. Unset: the whole body."),
    SettingDefinition(
      "BodyLengthDB", .dataSet,
      "Recipients whose mail is signed with the body length (l=), so that list footers do not break the signature."),
    SettingDefinition(
      "MultipleSignatures", .flag, default: "no",
      "Sign with the keys of all matching rows of SigningTable, not only the first."),
    SettingDefinition(
      "Diagnostics", .flag, default: "no",
      "Copy the header into signatures (z=), so that later changes can be diagnosed."),
    SettingDefinition(
      "RequestReports", .flag, default: "no", "Ask receivers for failure reports (r=y)."),
    SettingDefinition(
      "RemoveOldSignatures", .flag, default: "no", "Remove existing signatures from messages that are signed."),
    SettingDefinition(
      "FixCRLF", .flag, default: "no", "When signing, treat a bare CR or LF in the body as a line ending."),
    SettingDefinition(
      "IdentityHeader", .text("header field name"), .refused("the identity (i=) is taken only from SigningTable"),
      "Header field that contains the identity for i=."),
    SettingDefinition(
      "IdentityHeaderRemove", .flag, default: "no", .refused("IdentityHeader is not supported"),
      "Remove the IdentityHeader field after signing."),
    SettingDefinition(
      "ConditionalSignatures", .dataSet, .refused("conditional signatures never got beyond an Internet-Draft"),
      "Pairs of domains for which conditional signatures are added."),
    SettingDefinition(
      "SelectCanonicalizationHeader", .text("header field name"),
      .accepted("a header field cannot choose the canonicalization; OpenDKIM ignored this setting, too"),
      "Header field that chooses the canonicalization."),
    SettingDefinition(
      "ReplaceRules", .path, .refused("messages are never rewritten before they are signed"),
      "Regular expressions that rewrite header fields before signing."),
    SettingDefinition(
      "ReplaceHeaders", .dataSet, .accepted("it applies only with ReplaceRules"),
      "Header fields to which ReplaceRules applies."),
    SettingDefinition(
      "ATPSDomains", .dataSet, .refused("third-party signatures with ATPS (RFC 6541) are not supported"),
      "Author domains that have authorized this host's third-party signatures (ATPS, RFC 6541)."),
    SettingDefinition(
      "ATPSHashAlgorithm", .choice(["sha256", "sha1", "none"]), default: "sha256",
      .accepted("it applies only with ATPSDomains"), "Hash algorithm for ATPS (RFC 6541)."),
    SettingDefinition(
      "VBR-Type", .text("type"), .refused("vouching by reference (RFC 5518) is not supported"),
      "Type in VBR-Info fields."),
    SettingDefinition(
      "VBR-Certifiers", .text("list of hosts"), .refused("vouching by reference (RFC 5518) is not supported"),
      "Certifiers in VBR-Info fields."),
    SettingDefinition(
      "VBR-PurgeFields", .flag, default: "no", .refused("vouching by reference (RFC 5518) is not supported"),
      "Remove the header fields that set the contents of VBR-Info fields."),
  ]

  /// Settings for signing keys.
  static let keys: [SettingDefinition] = [
    SettingDefinition(
      "Domain", .dataSet, flag: "-d",
      "Domains whose mail is signed with KeyFile; * matches every domain. Not used with KeyTable."),
    SettingDefinition(
      "SubDomains", .flag, default: "no", flag: "-D",
      "Also sign mail from subdomains of Domain, with the parent domain as signer (d=)."),
    SettingDefinition("Selector", .text("selector"), flag: "-s", "Selector of the key in KeyFile."),
    SettingDefinition(
      "KeyFile", .path, flag: "-k",
      "File with the private key, RSA or Ed25519, that signs for Domain. Not used with KeyTable."),
    SettingDefinition(
      "KeyTable", .dataSet, "Key names, each with DOMAIN:SELECTOR:KEY; KEY is a path or the private key itself."),
    SettingDefinition(
      "SigningTable", .dataSet, "Senders, each with the name of the KeyTable row that signs their mail."),
    SettingDefinition(
      "CheckSigningTable", .flag, default: "yes",
      "With -n, check that every key named in SigningTable exists in KeyTable; the option -g sets no, -G sets yes."),
    SettingDefinition(
      "RequireSafeKeys", .flag, default: "yes", "Refuse private keys that other users can read or write."),
    SettingDefinition(
      "MinimumKeyBits", .integer, default: "1024",
      "Minimum size of RSA keys for signing and verifying, in bits; keys below 1024 bits never verify."),
  ]
}
