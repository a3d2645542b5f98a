public import DKIMCore

/// A complete configuration, ready for use: all names are resolved, and all data sets are open.
///
/// The value never changes. A connection keeps the value that was current when it began; a reload makes a new value.
/// Members are named after the settings they come from.
public struct Configuration: Sendable {
  public var roles: Roles = [.sign, .verify]
  public var origin = OriginRules()
  public var signing = SigningRules()
  public var verification = VerificationRules()
  public var results = ResultFieldRules()
  public var actions = Actions()
  public var limits = Limits()
  /// `OldBehaviour`: OpenDKIM behaviors to keep, bugs included.
  public var openDKIMCompatibility: Set<OpenDKIMCompatibility> = []
  public var dns = DNSRules()
  public var log = LogRules()
  public var metrics = MetricsRules()
  public var process = ProcessRules()
  /// The settings that this configuration was made from.
  public var settings = Settings()
  /// The file and line of each setting, by its canonical name; used in explanations.
  public var locations: [String: FileLocation] = [:]

  public init() {}
}

/// Whether mail is signed, verified or both. (`Mode`)
public struct Roles: OptionSet, Sendable, Hashable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }
  public static let sign = Roles(rawValue: 1)
  public static let verify = Roles(rawValue: 2)
}

/// Rules that decide whether a message is internal, external or left alone.
public struct OriginRules: Sendable {
  /// `AllowConnectionsFrom`: the hosts whose MTAs may connect; `nil`: any host.
  public var allowConnectionsFrom: HostList?
  /// `PeerList`: clients whose mail is accepted without being signed or verified.
  public var peerList: HostList?
  /// `InternalHosts`
  public var internalHosts = HostList.loopback
  /// `ExternalIgnoreList`
  public var externalIgnoreList: HostList?
  /// `MTA`: values of `{daemon_name}`, compared byte for byte.
  public var mta: [String] = []
  /// `MacroList`: macro names without braces, each with the values that match; no values: any value matches.
  public var macroList: [MacroRule] = []
  /// `ExemptDomains`
  public var exemptDomains: MembershipList?
  /// `DontSignMailTo`
  public var dontSignMailTo: MembershipList?
  /// `SenderHeaders`: header fields searched for the sender, in order.
  public var senderHeaders = ["From"]
  /// `SenderMacro`
  public var senderMacro: String?

  public init() {}
}

/// One entry of `MacroList`.
public struct MacroRule: Sendable, Hashable {
  public let name: String
  /// The values that match. Empty: any value except an empty one.
  public let values: [String]
  public let location: FileLocation?

  public init(name: String, values: [String], location: FileLocation?) {
    self.name = name
    self.values = values
    self.location = location
  }
}

/// Rules for signing: which messages and header fields, with which keys, and how.
public struct SigningRules: Sendable {
  /// The source of the signing keys.
  public enum Keys: Sendable {
    /// Nothing is signed.
    case none
    /// `Domain`, `Selector`, `KeyFile`, `SubDomains`
    case single(SingleKey)
    /// `KeyTable`, `SigningTable`
    case tables(SigningTable, KeyTable)
  }

  /// One key for all signed domains.
  public struct SingleKey: Sendable {
    /// `Domain`; the row `*` means every domain.
    public let domains: MembershipList
    public let subDomains: Bool
    public let selector: Selector
    public let key: KeyLocation

    public init(domains: MembershipList, subDomains: Bool, selector: Selector, key: KeyLocation) {
      self.domains = domains
      self.subDomains = subDomains
      self.selector = selector
      self.key = key
    }
  }

  public var keys = Keys.none
  /// The cache of private keys, shared by all connections.
  public var keyStore = SigningKeyStore()
  public var canonicalization = Canonicalization.simple
  /// `SignatureAlgorithm`: keys of another type are not used. `nil`: the type of the key decides.
  public var signatureAlgorithm: KeyType?
  /// `SignHeaders` and `OmitHeaders`
  public var signedHeaders = HeaderSelection.opendkim
  public var oversignHeaders: [String] = []
  /// `SignatureTTL`, in seconds.
  public var signatureTTL: UInt64?
  /// `MaximumSignedBytes`
  public var maximumSignedBytes: UInt64?
  /// `BodyLengthDB`
  public var bodyLengthDB: MembershipList?
  public var multipleSignatures = false
  /// `CheckSigningTable`: `-n` checks that each row names a row of KeyTable.
  public var checkSigningTable = true
  /// `Diagnostics`: z=
  public var diagnostics = false
  /// `RequestReports`: r=y
  public var requestReports = false
  public var removeOldSignatures = false
  /// `MinimumKeyBits`, for RSA keys.
  public var minimumKeyBits = 1024
  /// `RequireSafeKeys`
  public var requireSafeKeys = true
  /// `FixCRLF`
  public var fixCRLF = false

  public init() {}
}

/// Rules for verifying signatures.
public struct VerificationRules: Sendable {
  /// How the result of a signature changes if its key is not protected by DNSSEC, or fails DNSSEC validation.
  public enum KeyTreatment: String, Sendable, Hashable, CaseIterable { case none, neutral, fail }

  /// The library's policy, with `MaximumSignaturesToVerify`, `ClockDrift` and `MinimumKeyBits` applied.
  public var policy = {
    var policy = VerificationPolicy.standard
    policy.maximumSignatures = 3
    return policy
  }()
  /// `Minimum`
  public var minimum: Minimum?
  /// `MustBeSigned`
  public var mustBeSigned: [String] = []
  /// `TrustSignaturesFrom`
  public var trustSignaturesFrom: MembershipList?
  public var unprotectedKey = KeyTreatment.none
  public var bogusKey = KeyTreatment.fail
  public var requiredHeaders = false
  public var strictHeaders = false
  public var ignoreMalformedMail = false

  public init() {}
}

/// `Minimum`: how much of a message body must be signed.
public enum Minimum: Sendable, Hashable {
  /// `n`: at least this many bytes, or the whole body if it is shorter.
  case octets(UInt64)
  /// `n%`: at least this percentage of the body.
  case percent(Int)
  /// `n+`: at most this many bytes are unsigned.
  case unsigned(UInt64)
}

/// Rules for the header fields that are added and removed.
public struct ResultFieldRules: Sendable {
  /// `AuthservID`; `nil`: the value of the macro `j`.
  public var authservID: String?
  /// True if `AuthservID` was given as a quoted-string; it is then also written as one.
  public var quotesAuthservID = false
  public var authservIDWithJobID = false
  public var alwaysAddARHeader = false
  public var keepAuthResults = false
  public var removeARAll = false
  /// `RemoveARFrom`; a name with a leading dot means all of its subdomains.
  public var removeARFrom: [String] = []
  public var noHeaderB = false
  /// `AddCanonicalizedData`
  public var addCanonicalizedData = false
  public var softwareHeader = false

  public init() {}
}

/// A configured action on a message.
public enum ConfiguredAction: String, Sendable, Hashable, CaseIterable {
  case accept, discard, quarantine, reject, tempfail
}

/// The actions of the `On-…` settings.
public struct Actions: Sendable, Hashable {
  public var badSignature = ConfiguredAction.accept
  public var dnsError = ConfiguredAction.tempfail
  public var internalError = ConfiguredAction.tempfail
  public var keyNotFound = ConfiguredAction.accept
  public var noSignature = ConfiguredAction.accept
  public var security = ConfiguredAction.tempfail
  public var signatureError = ConfiguredAction.reject
  /// `CaptureUnknownErrors`
  public var captureUnknownErrors = false

  public init() {}
}

/// Limits on messages.
public struct Limits: Sendable, Hashable {
  /// `MaximumHeaders`: the most bytes of header in a message; 0: only the built-in limit applies.
  public var maximumHeaders = 65536

  public init() {}
}

/// Settings for DNS lookups.
public struct DNSRules: Sendable {
  /// `Nameservers`: `ADDRESS[@PORT]`
  public var nameservers: [String] = []
  /// `DNSTimeout`, in seconds; never 0.
  public var timeout = 5
  /// `TrustedNameservers`: servers whose AD bit is trusted, in addition to servers on loopback addresses.
  public var trustedNameservers: [String] = []
  /// `QueryCache`
  public var queryCache = false
  public var trustAnchorFile: String?
  public var resolverConfiguration: String?
  /// `TestPublicKeys`
  public var testPublicKeys: String?
  /// `TestDNSData`
  public var testDNSData: (any DataSet)?

  public init() {}
}

/// Settings for the log.
public struct LogRules: Sendable, Hashable {
  public var syslog = false
  public var syslogFacility = "mail"
  public var syslogName: String?
  public var syslogSuccess = false
  public var logWhy = false
  /// `LogExplanation`
  public var logExplanation = false
  public var logResults = false
  /// `StdoutLog`
  public var stdoutLog = false
  /// `LogFormat`: the format of log lines on standard error.
  public var format = Format.text

  public enum Format: String, Sendable, Hashable, CaseIterable { case text, json }

  public init() {}
}

/// Where metrics are published; both ways are off by default.
public struct MetricsRules: Sendable, Hashable {
  /// `MetricsSocket`; never a unix socket, and on loopback if it was given without a host.
  public var socket: SocketSpecification?
  /// `MetricsFile`
  public var file: String?

  public init() {}
}

/// Settings for the process.
///
/// Most take effect only after a restart; see ``SettingDefinition/isReloadable``.
public struct ProcessRules: Sendable, Hashable {
  public var socket: SocketSpecification?
  public var umask: UInt32?
  public var userID: UserSpecification?
  public var pidFile: String?
  public var background = true
  public var autoRestart = false
  public var autoRestartCount = 0
  /// `AutoRestartRate`: the most restarts within a number of seconds.
  public var autoRestartRate: RestartRate?
  public var changeRootDirectory: String?
  public var baseDirectory: String?
  /// `ShutdownTimeout`, in seconds.
  public var shutdownTimeout = 30
  public var enableCoredumps = false
  /// `MilterDebug`, from 0 to 6.
  public var milterDebug = 0
  public var strictTestMode = false

  /// A number of restarts within a number of seconds.
  public struct RestartRate: Sendable, Hashable {
    public let restarts: Int
    public let seconds: Int

    public init(restarts: Int, seconds: Int) {
      self.restarts = restarts
      self.seconds = seconds
    }
  }

  public init() {}
}
