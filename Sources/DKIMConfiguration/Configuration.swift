package import DKIMCore

/// A complete configuration, ready for use: all names are resolved, and all data sets are open.
///
/// The value never changes. A connection keeps the value that was current when it began; a reload makes a new value.
/// Members are named after the settings they come from.
package struct Configuration: Sendable {
  package var roles: Roles = [.sign, .verify]
  package var origin = OriginRules()
  package var signing = SigningRules()
  package var verification = VerificationRules()
  package var scripts = ScriptRules()
  package var results = ResultFieldRules()
  package var reports = ReportRules()
  package var actions = Actions()
  package var limits = Limits()
  /// `OpenDKIMCompatibility`: OpenDKIM behaviors to keep, bugs included.
  package var openDKIMCompatibility: Set<OpenDKIMCompatibility> = []
  package var dns = DNSRules()
  /// The options for opening data sets.
  package var dataSets = DataSetOptions()
  package var log = LogRules()
  package var metrics = MetricsRules()
  package var statistics = StatisticsRules()
  package var rates = RateRules()
  package var process = ProcessRules()
  /// The settings that this configuration was made from.
  package var settings = Settings()
  /// The file and line of each setting, by its canonical name; used in explanations.
  package var locations: [String: FileLocation] = [:]

  package init() {}

  /// Returns the file and line of a setting, for explanations; `nil` if the setting is not given.
  package func location(_ setting: any SettingRow) -> FileLocation? { settings.location(setting) }

  /// The configuration if nothing is set. The defaults of the settings in ``SettingTable`` are taken from it.
  static let standard = Configuration()
}

/// Whether mail is signed, verified or both. (`Mode`)
package struct Roles: OptionSet, Sendable, Hashable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }
  package static let sign = Roles(rawValue: 1)
  package static let verify = Roles(rawValue: 2)
}

/// Rules that decide whether a message is internal, external or left alone.
package struct OriginRules: Sendable {
  /// `AllowConnectionsFrom`: the hosts whose MTAs may connect; `nil`: any host.
  package var allowConnectionsFrom: HostList?
  /// `PeerList`: clients whose mail is accepted without being signed or verified.
  package var peerList: HostList?
  /// `InternalHosts`
  package var internalHosts = HostList.loopback
  /// `ExternalIgnoreList`
  package var externalIgnoreList: HostList?
  /// `MTA`: values of `{daemon_name}`, compared byte for byte.
  package var mta: [String] = []
  /// `MacroList`: macro names without braces, each with the values that match; no values: any value matches.
  package var macroList: [MacroRule] = []
  /// `ExemptDomains`
  package var exemptDomains: MembershipList?
  /// `DontSignMailTo`
  package var dontSignMailTo: MembershipList?
  /// `SenderHeaders`: header fields searched for the sender, in order.
  package var senderHeaders = [HeaderFieldName.from]
  /// `SenderMacro`
  package var senderMacro: String?
  /// `DefaultSender`
  package var defaultSender: MailAddress?
  /// `ResignMailTo`: recipients whose mail is verified and then signed, each with the name of a row of KeyTable.
  package var resignMailTo: MembershipList?
  /// `POPDBFile`: addresses of clients that are internal.
  package var popDatabase: MembershipList?

  package init() {}
}

/// One entry of `MacroList`.
package struct MacroRule: Sendable, Hashable {
  package let name: String
  /// The values that match. Empty: any value except an empty one.
  package let values: [String]
  package let location: FileLocation?

  package init(name: String, values: [String], location: FileLocation?) {
    self.name = name
    self.values = values
    self.location = location
  }
}

/// Rules for signing: which messages and header fields, with which keys, and how.
package struct SigningRules: Sendable {
  /// The source of the signing keys.
  package enum Keys: Sendable {
    /// Nothing is signed.
    case none
    /// `Domain`, `Selector`, `KeyFile`, `SubDomains`
    case single(SingleKey)
    /// `KeyTable`, `SigningTable`
    case tables(SigningTable, KeyTable)
    /// `KeyTable`, whose keys only `SetupPolicyScript` requests.
    case scripted(KeyTable)
  }

  /// One key for all signed domains.
  package struct SingleKey: Sendable {
    /// `Domain`; the row `*` means every domain.
    package let domains: MembershipList
    package let subDomains: Bool
    package let selector: Selector
    package let key: KeyLocation

    package init(domains: MembershipList, subDomains: Bool, selector: Selector, key: KeyLocation) {
      self.domains = domains
      self.subDomains = subDomains
      self.selector = selector
      self.key = key
    }
  }

  package var keys = Keys.none
  /// The cache of private keys, shared by all connections.
  package var keyStore = SigningKeyStore()
  package var canonicalization = Canonicalization.simple
  /// `SignatureAlgorithm`: keys of another type are not used. `nil`: the type of the key decides.
  package var signatureAlgorithm: KeyType?
  /// `SignHeaders` and `OmitHeaders`
  package var signedHeaders = HeaderSelection.opendkim
  package var oversignHeaders: [HeaderFieldName] = []
  /// `SignatureTTL`, in whole seconds.
  package var signatureTTL: Duration?
  /// `MaximumSignedBytes`
  package var maximumSignedBytes: UInt64?
  /// `BodyLengthDB`
  package var bodyLengthDB: MembershipList?
  package var multipleSignatures = false
  /// `CheckSigningTable`: `-n` checks that each row names a row of KeyTable.
  package var checkSigningTable = true
  /// `Diagnostics`: z=
  package var diagnostics = false
  /// `RequestReports`: r=y
  package var requestReports = false
  /// `ATPSDomains`: author domains for which third-party signatures name the author. // RFC 6541
  package var atpsDomains: MembershipList?
  /// `ATPSHashAlgorithm`
  package var atpsHash = ATPSTags.Hash.sha256
  package var vouching = VouchingRules()
  package var removeOldSignatures = false
  /// `MinimumKeyBits`, for RSA keys.
  package var minimumKeyBits = VerificationPolicy.standard.minimumRSABits
  /// `RequireSafeKeys`
  package var requireSafeKeys = true
  /// `FixCRLF`
  package var fixCRLF = false
  /// `ReplaceRules` and `ReplaceHeaders`; `nil`: the header is signed as it was received.
  package var replaceRules: ReplaceRules?
  /// `ResignAll`: mail to `resignMailTo` is signed even if it has no signature that passes.
  package var resignsAll = false
  /// `IdentityHeader`: the header field that contains the identity (`i=`).
  package var identityHeader: HeaderFieldName?
  /// `IdentityHeaderRemove`
  package var removesIdentityHeader = false

  package init() {}
}

/// Rules for verifying signatures.
package struct VerificationRules: Sendable {
  /// How the result of a signature changes if its key is not protected by DNSSEC, or fails DNSSEC validation.
  package enum KeyTreatment: String, Sendable, Hashable, CaseIterable { case none, neutral, fail }

  /// The upper limit of `MaximumSignaturesToVerify`, which also applies if the setting is 0.
  package static let maximumSignatures = 100

  /// The library's policy, with `MaximumSignaturesToVerify`, `ClockDrift` and `MinimumKeyBits` applied.
  package var policy = {
    var policy = VerificationPolicy.standard
    policy.maximumSignatures = 3
    return policy
  }()
  /// `Minimum`
  package var minimum: Minimum?
  /// `MustBeSigned`
  package var mustBeSigned: [HeaderFieldName] = []
  /// `TrustSignaturesFrom`
  package var trustSignaturesFrom: MembershipList?
  package var unprotectedKey = KeyTreatment.none
  package var bogusKey = KeyTreatment.fail
  package var requiredHeaders = false
  package var strictHeaders = false
  package var ignoreMalformedMail = false
  /// `WeakSyntaxChecks`
  package var weakSyntaxChecks = false
  /// `VBR-TrustedCertifiers`; empty: VBR-Info fields are not checked. // RFC 5518
  package var trustedCertifiers: [DomainName] = []
  /// `VBR-TrustedCertifiersOnly`
  package var trustedCertifiersOnly = false

  package init() {}
}

/// `Minimum`: how much of a message body must be signed.
package enum Minimum: Sendable, Hashable {
  /// `n`: at least this many bytes, or the whole body if it is shorter.
  case bytes(UInt64)
  /// `n%`: at least this percentage of the body.
  case percent(Int)
  /// `n+`: at most this many bytes are unsigned.
  case unsigned(UInt64)
}

/// Lua scripts that decide about messages.
package struct ScriptRules: Sendable {
  /// `SetupPolicyScript`: run at the end of the header, before the decision.
  package var setup: (any PolicyScript)?
  /// `ScreenPolicyScript`: run before signatures are verified.
  package var screen: (any PolicyScript)?
  /// `FinalPolicyScript`: run at the end of the message.
  package var final: (any PolicyScript)?
  /// `LuaOnlySigning`: only ``setup`` requests signatures.
  package var luaOnlySigning = false
  /// The macros that the scripts ask for by name, without braces.
  package var macros: [String] = []

  /// The data sets that the scripts open.
  package var dataSets = ScriptDataSets(.text, DataSetOptions())

  /// True if there is a script.
  package var areSet: Bool { setup != nil || screen != nil || final != nil }

  package init() {}
}

/// Rules for the header fields that are added and removed.
package struct ResultFieldRules: Sendable {
  /// `AuthservID`; `nil`: the value of the macro `j`.
  package var authservID: String?
  /// True if `AuthservID` was given as a quoted-string; it is then also written as one.
  package var quotesAuthservID = false
  package var authservIDWithJobID = false
  package var alwaysAddARHeader = false
  package var keepAuthResults = false
  package var removeARAll = false
  /// `RemoveARFrom`; a name with a leading dot means all of its subdomains.
  package var removeARFrom: [String] = []
  package var noHeaderB = false
  /// `AddCanonicalizedData`
  package var addCanonicalizedData = false
  package var softwareHeader = false

  package init() {}
}

/// Rules for failure reports, and for files that show why signatures fail.
package struct ReportRules: Sendable, Hashable {
  static let standardCommand = "/usr/sbin/sendmail"

  /// `SendReports`
  package var isEnabled = false
  /// `MTACommand`
  package var command = Self.standardCommand
  /// `ReportAddress` as written, or its default; empty if no reports are sent.
  package var from = ""
  /// The address in `ReportAddress`.
  package var envelopeSender = ""
  /// `ReportBccAddress`
  package var bcc: String?
  /// `DiagnosticDirectory`
  package var diagnosticDirectory: String?
  /// `KeepTemporaryFiles`
  package var keepsTemporaryFiles = false
  /// `TemporaryDirectory`
  package var temporaryDirectory = "/tmp"

  package init() {}

  /// The program in `MTACommand`, and its arguments.
  package var commandWords: [String] {
    command.split { $0 == " " || $0 == "\t" }.map { String($0) }
  }
}

/// A configured action on a message.
package enum ConfiguredAction: String, Sendable, Hashable, CaseIterable {
  case accept, discard, quarantine, reject, tempfail
}

/// The actions of the `On-…` settings.
package struct Actions: Sendable, Hashable {
  package var badSignature = ConfiguredAction.accept
  package var dnsError = ConfiguredAction.tempfail
  package var internalError = ConfiguredAction.tempfail
  package var keyNotFound = ConfiguredAction.accept
  package var noSignature = ConfiguredAction.accept
  package var security = ConfiguredAction.tempfail
  package var signatureError = ConfiguredAction.reject
  /// `CaptureUnknownErrors`
  package var captureUnknownErrors = false
  /// `RedirectFailuresTo`
  package var redirectFailuresTo: MailAddress?

  package init() {}
}

/// Limits on messages.
package struct Limits: Sendable, Hashable {
  /// `MaximumHeaders`: the most bytes of header in a message; 0: only the built-in limit applies.
  package var maximumHeaders = 65536

  package init() {}
}

/// Settings for DNS lookups.
package struct DNSRules: Sendable {
  /// `Nameservers`
  package var nameservers: [NameServerAddress] = []
  /// `DNSTimeout`, in seconds; never 0.
  package var timeout = 5
  /// `TrustedNameservers`: servers whose AD bit is trusted, in addition to servers on loopback addresses.
  package var trustedNameservers: [NameServerAddress] = []
  /// `QueryCache`
  package var queryCache = false
  /// `DNSConnect`
  package var alwaysUsesTCP = false
  package var trustAnchorFile: String?
  package var resolverConfiguration: String?
  /// `TestPublicKeys`
  package var testPublicKeys: String?
  /// `TestDNSData`
  package var testDNSData: (any DataSet)?

  package init() {}
}
