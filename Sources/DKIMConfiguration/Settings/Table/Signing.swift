package import DKIMCore

extension Setting {
  // MARK: Settings for signing

  package static let canonicalization = SettingKey<String?>(
    "Canonicalization", kind: .text("HEADER[/BODY], each simple or relaxed"), unset: "simple/simple", flag: "-c",
    "Canonicalization of header and body: relaxed tolerates white space changes in transit, simple does not. Without "
      + "BODY, the body uses simple.")
  package static let signatureAlgorithm = SettingKey<String?>(
    "SignatureAlgorithm", kind: .choice(["rsa-sha256", "ed25519-sha256", "rsa-sha1"]), flag: "-S",
    "Sign only with this algorithm. Unset: the algorithm follows from the type of each key. rsa-sha1 is refused.")
  package static let signatureTTL = SettingKey<Duration?>(
    "SignatureTTL", into: \.signing.signatureTTL,
    "How long, in seconds, signatures are valid (x=); 0 or unset: no expiration.")
  package static let signHeaders = SettingKey<DataSetText?>(
    "SignHeaders",
    unset: "From,Reply-To,Subject,Date,To,Cc,Resent-Date,Resent-From,Resent-Sender,Resent-To,Resent-Cc,"
      + "In-Reply-To,References,List-Id,List-Help,List-Unsubscribe,List-Subscribe,List-Post,List-Owner,List-Archive",
    "Header fields to sign if a message has them; *,+NAME,-NAME modifies the default. From is always signed.")
  package static let omitHeaders = SettingKey<DataSetText?>(
    "OmitHeaders", unset: "Return-Path,Received,Comments,Keywords", flag: "-o",
    "Header fields that are never signed; *,+NAME,-NAME modifies the default.")
  package static let oversignHeaders = SettingKey<DataSetText?>(
    "OversignHeaders",
    "Header fields listed once more in h= than the message has them, so that adding one breaks the signature. "
      + "Recommended: From.")
  package static let maximumSignedBytes = SettingKey<UInt64?>(
    "MaximumSignedBytes", into: \.signing.maximumSignedBytes,
    "Sign at most this many bytes of the body and add their number (l=); anyone can append text without breaking the "
      + "signature. Unset: the whole body.")
  package static let bodyLengthDB = SettingKey<DataSetText?>(
    "BodyLengthDB",
    "Recipients whose mail is signed with the body length (l=), so that list footers do not break the signature.")
  package static let multipleSignatures = SettingKey<Bool>(
    "MultipleSignatures", into: \.signing.multipleSignatures,
    "Sign with the keys of all matching rows of SigningTable, not only the first.")
  package static let diagnostics = SettingKey<Bool>(
    "Diagnostics", into: \.signing.diagnostics,
    "Copy the header into signatures (z=), so that later changes can be diagnosed.")
  package static let requestReports = SettingKey<Bool>(
    "RequestReports", into: \.signing.requestReports, "Ask receivers for failure reports (r=y).")
  package static let removeOldSignatures = SettingKey<Bool>(
    "RemoveOldSignatures", into: \.signing.removeOldSignatures,
    "Remove existing signatures from messages that are signed.")
  package static let fixCRLF = SettingKey<Bool>(
    "FixCRLF", into: \.signing.fixCRLF, "When signing, treat a bare CR or LF in the body as a line ending.")
  package static let replaceRules = SettingKey<String?>(
    "ReplaceRules", kind: .path,
    "File with rules for text that the MTA will replace in header fields after signing: a basic regular expression, a "
      + "tab and the new text in each line. Messages are signed as if it were replaced.")
  package static let replaceHeaders = SettingKey<DataSetText?>(
    "ReplaceHeaders", unset: "*",
    "Header fields that ReplaceRules applies to; * in a name matches any text.")
  package static let identityHeader = SettingKey<String?>(
    "IdentityHeader", kind: .text("header field name"),
    "Header field that contains the identity (i=), an address within the signing domain; it overrides the identity in "
      + "SigningTable.")
  package static let identityHeaderRemove = SettingKey<Bool>(
    "IdentityHeaderRemove", into: \.signing.removesIdentityHeader,
    "Remove the field in IdentityHeader from messages that are signed.")

  package static let atpsDomains = SettingKey<DataSetText?>(
    "ATPSDomains",
    "Author domains that have authorized other domains to sign their mail (ATPS, RFC 6541). If another domain signs "
      + "mail of such an author, the signature names the author's domain (atps=).")
  package static let atpsHashAlgorithm = SettingKey<ATPSTags.Hash>(
    "ATPSHashAlgorithm", into: \.signing.atpsHash,
    "Hash algorithm for the DNS names of ATPS (atpsh=); the author domains must use the same.")
  package static let vbrType = SettingKey<VouchedContent?>(
    "VBR-Type", into: \.signing.vouching.type,
    "Type of content in VBR-Info fields (RFC 5518) of signed mail; a VBR-Type field in a message overrides it.")
  package static let vbrCertifiers = SettingKey<String?>(
    "VBR-Certifiers", kind: .text("list of domains, separated by colons or commas"),
    "Certifiers in VBR-Info fields (RFC 5518) of signed mail, at most 10; a VBR-Certifiers field in a message overrides "
      + "them.")
  package static let vbrPurgeFields = SettingKey<Bool>(
    "VBR-PurgeFields", into: \.signing.vouching.purgesFields,
    "Remove the fields VBR-Type, VBR-Certifiers, X-VBR-Type and X-VBR-Certifiers from signed mail.")

  /// Settings for signing.
  static let signing: [any SettingRow] = [
    canonicalization, signatureAlgorithm, signatureTTL, signHeaders, omitHeaders, oversignHeaders, maximumSignedBytes,
    bodyLengthDB, multipleSignatures, diagnostics, requestReports, removeOldSignatures, fixCRLF, replaceRules,
    replaceHeaders, identityHeader, identityHeaderRemove, atpsDomains, atpsHashAlgorithm, vbrType, vbrCertifiers,
    vbrPurgeFields,
    SettingDefinition(
      "ConditionalSignatures", .dataSet, .refused("conditional signatures never got beyond an Internet-Draft"),
      "Pairs of domains for which conditional signatures are added."),
    SettingDefinition(
      "SelectCanonicalizationHeader", .text("header field name"),
      .accepted("a header field cannot choose the canonicalization; OpenDKIM ignored this setting, too"),
      "Header field that chooses the canonicalization."),
  ]

  // MARK: Settings for signing keys

  package static let domain = SettingKey<DataSetText?>(
    "Domain", flag: "-d", "Domains whose mail is signed with KeyFile; * matches every domain. Not used with KeyTable.")
  package static let subDomains = SettingKey<Bool>(
    "SubDomains", default: false, flag: "-D",
    "Also sign mail from subdomains of Domain, with the parent domain as signer (d=).")
  package static let selector = SettingKey<String?>(
    "Selector", kind: .text("selector"), flag: "-s", "Selector of the key in KeyFile.")
  package static let keyFile = SettingKey<String?>(
    "KeyFile", kind: .path, flag: "-k",
    "File with the private key, RSA or Ed25519, that signs for Domain. Not used with KeyTable.")
  package static let keyTable = SettingKey<DataSetText?>(
    "KeyTable",
    "Key names, each with DOMAIN:SELECTOR:KEY and optionally :ALGORITHM. KEY is a path or the private key itself. The "
      + "character % as DOMAIN, and in the path, stands for the sender's domain.")
  package static let signingTable = SettingKey<DataSetText?>(
    "SigningTable",
    "Senders, each with the name of the KeyTable row that signs their mail, and optionally the identity (i=).")
  package static let checkSigningTable = SettingKey<Bool>(
    "CheckSigningTable", into: \.signing.checkSigningTable,
    "With -n, check that every key named in SigningTable exists in KeyTable; the option -g sets no, -G sets yes.")
  package static let requireSafeKeys = SettingKey<Bool>(
    "RequireSafeKeys", into: \.signing.requireSafeKeys, "Refuse private keys that other users can read or write.")
  package static let minimumKeyBits = SettingKey<Int>(
    "MinimumKeyBits", into: \.signing.minimumKeyBits,
    "Minimum size of RSA keys for signing and verifying, in bits; keys below 1024 bits never verify.")

  /// Settings for signing keys.
  static let keys: [any SettingRow] = [
    domain, subDomains, selector, keyFile, keyTable, signingTable, checkSigningTable, requireSafeKeys, minimumKeyBits,
  ]
}
