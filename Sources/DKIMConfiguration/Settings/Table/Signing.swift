extension SettingTable {
  /// How is signed.
  static let signing: [SettingDefinition] = [
    SettingDefinition(
      "Canonicalization", .text("HEADER[/BODY], each simple or relaxed"), default: "simple/simple", flag: "-c",
      "How much header and body may change on the way; without a body part the body is simple."),
    SettingDefinition(
      "SignatureAlgorithm", .choice(["rsa-sha256", "ed25519-sha256", "rsa-sha1"]), flag: "-S",
      "The only algorithm that is used; where it is not set the type of each key decides. rsa-sha1 is refused."),
    SettingDefinition(
      "SignatureTTL", .integer, "Seconds for which a signature is valid (x=); 0 or nothing: for ever."),
    SettingDefinition(
      "SignHeaders", .dataSet,
      default: "From,Reply-To,Subject,Date,To,Cc,Resent-Date,Resent-From,Resent-Sender,Resent-To,Resent-Cc,"
        + "In-Reply-To,References,List-Id,List-Help,List-Unsubscribe,List-Subscribe,List-Post,List-Owner,List-Archive",
      "Header fields that are signed where a message has them; *,+NAME,-NAME changes the default. From always is."),
    SettingDefinition(
      "OmitHeaders", .dataSet, default: "Return-Path,Received,Comments,Keywords", flag: "-o",
      "Header fields that are never signed; *,+NAME,-NAME changes the default."),
    SettingDefinition(
      "OversignHeaders", .dataSet,
      "Header fields named once more than they are there, so that nobody can add one; name From here."),
    SettingDefinition(
      "MaximumSignedBytes", .integer,
      "Sign at most so many octets of a body, and say so (l=); what is added behind them breaks no signature."),
    SettingDefinition(
      "BodyLengthDB", .dataSet,
      "Recipients: a message to any of them is signed with the length of its body (l=), so that text can be added."),
    SettingDefinition(
      "MultipleSignatures", .flag, default: "no", "Sign with the key of every row of SigningTable that matches."),
    SettingDefinition(
      "Diagnostics", .flag, default: "no", "Copy the header into signatures (z=), to find out later what was changed."),
    SettingDefinition(
      "RequestReports", .flag, default: "no", "Ask receivers for reports on failures (r=y)."),
    SettingDefinition(
      "RemoveOldSignatures", .flag, default: "no", "Remove the signatures a message has when it is signed."),
    SettingDefinition(
      "FixCRLF", .flag, default: "no", "When signing, count a bare CR or LF in a body as the end of a line."),
    SettingDefinition(
      "IdentityHeader", .text("name of a header field"), .refused("i= comes from SigningTable alone"),
      "The header field that gives i=."),
    SettingDefinition(
      "IdentityHeaderRemove", .flag, default: "no", .refused("IdentityHeader is not supported"),
      "Remove that header field after signing."),
    SettingDefinition(
      "ConditionalSignatures", .dataSet, .refused("conditional signatures never left the state of a draft"),
      "Pairs of domains for which conditional signatures are added."),
    SettingDefinition(
      "SelectCanonicalizationHeader", .text("name of a header field"),
      .accepted("the header of a message does not choose how it is signed; OpenDKIM never read this either"),
      "The header field that chooses the canonicalization."),
    SettingDefinition(
      "ReplaceRules", .path, .refused("messages are never rewritten before they are signed"),
      "Regular expressions that rewrite header fields before signing."),
    SettingDefinition(
      "ReplaceHeaders", .dataSet, .accepted("it matters only with ReplaceRules"),
      "Header fields that ReplaceRules applies to."),
    SettingDefinition(
      "ATPSDomains", .dataSet, .refused("signatures for third parties (RFC 6541) are not supported"),
      "Domains for whose mail the signature names them as its author."),
    SettingDefinition(
      "ATPSHashAlgorithm", .choice(["sha256", "sha1", "none"]), default: "sha256",
      .accepted("it matters only with ATPSDomains"), "The hash in such signatures."),
    SettingDefinition(
      "VBR-Type", .text("type"), .refused("vouching by reference (RFC 5518) is not supported"),
      "The type in VBR-Info fields."),
    SettingDefinition(
      "VBR-Certifiers", .text("list of hosts"), .refused("vouching by reference (RFC 5518) is not supported"),
      "The certifiers in VBR-Info fields."),
    SettingDefinition(
      "VBR-PurgeFields", .flag, default: "no", .refused("vouching by reference (RFC 5518) is not supported"),
      "Remove the header fields that choose what VBR-Info says."),
  ]

  /// The keys.
  static let keys: [SettingDefinition] = [
    SettingDefinition(
      "Domain", .dataSet, flag: "-d", "Domains that are signed with KeyFile; * is every domain. Not with KeyTable."),
    SettingDefinition(
      "SubDomains", .flag, default: "no", flag: "-D", "Sign subdomains of Domain too, in the name of the parent."),
    SettingDefinition("Selector", .text("selector"), flag: "-s", "The selector of the key in KeyFile."),
    SettingDefinition(
      "KeyFile", .path, flag: "-k", "The private key, RSA or Ed25519, that signs for Domain. Not with KeyTable."),
    SettingDefinition(
      "KeyTable", .dataSet, "Names of keys, each with DOMAIN:SELECTOR:KEY; the key is a path, or the key itself."),
    SettingDefinition(
      "SigningTable", .dataSet, "Senders, each with the name of the key in KeyTable that signs for them."),
    SettingDefinition(
      "CheckSigningTable", .flag, default: "yes",
      "Have -n check that KeyTable has every key that a row of SigningTable names; -g means no, -G means yes."),
    SettingDefinition(
      "RequireSafeKeys", .flag, default: "yes", "Refuse private keys that other users can read or change."),
    SettingDefinition(
      "MinimumKeyBits", .integer, default: "1024",
      "Smaller RSA keys neither sign nor verify; below 1024 none verifies, whatever is set."),
  ]
}
