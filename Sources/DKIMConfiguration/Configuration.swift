public import DKIMCore

/// What a configuration means: every name looked up, every list opened, one value that never changes.
///
/// A connection keeps the value it began with; a reload makes a new one. Members carry the names of the settings
/// they come from.
public struct Configuration: Sendable {
  public var roles: Roles = [.sign, .verify]
  public var origin = OriginRules()
  public var signing = SigningRules()
  public var verification = VerificationRules()
  public var results = ResultFieldRules()
  public var actions = Actions()
  public var limits = Limits()
  /// `OldBehaviour`: faults of OpenDKIM that are to be kept.
  public var oldBehaviour: Set<OldBehaviour> = []
  public var dns = DNSRules()
  public var log = LogRules()
  public var metrics = MetricsRules()
  public var process = ProcessRules()
  /// What it was made from.
  public var settings = Settings()
  /// Where each setting was given, for explanations: by its canonical name.
  public var places: [String: SourcePlace] = [:]

  public init() {}
}

/// `Mode`
public struct Roles: OptionSet, Sendable, Hashable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }
  public static let sign = Roles(rawValue: 1)
  public static let verify = Roles(rawValue: 2)
}

/// Who a message comes from, and what is left alone.
public struct OriginRules: Sendable {
  /// `AllowConnectionsFrom`: the hosts of MTAs; `nil`: any.
  public var allowConnectionsFrom: HostList?
  /// `PeerList`: clients that are accepted at once.
  public var peerList: HostList?
  /// `InternalHosts`
  public var internalHosts = HostList.loopback
  /// `ExternalIgnoreList`
  public var externalIgnoreList: HostList?
  /// `MTA`: values of `{daemon_name}`, compared octet for octet.
  public var mta: [String] = []
  /// `MacroList`: macro names without braces, each with the values that count; none means any value.
  public var macroList: [MacroRule] = []
  /// `ExemptDomains`
  public var exemptDomains: MembershipList?
  /// `DontSignMailTo`
  public var dontSignMailTo: MembershipList?
  /// `SenderHeaders`: fields that tell the sender, in order.
  public var senderHeaders = ["From"]
  /// `SenderMacro`
  public var senderMacro: String?

  public init() {}
}

/// One entry of `MacroList`.
public struct MacroRule: Sendable, Hashable {
  public let name: String
  /// Empty: any value but the empty one.
  public let values: [String]
  public let place: SourcePlace?

  public init(name: String, values: [String], place: SourcePlace?) {
    self.name = name
    self.values = values
    self.place = place
  }
}

/// What is signed, with which keys, and how.
public struct SigningRules: Sendable {
  /// Which keys sign for whom.
  public enum Keys: Sendable {
    /// Nothing is signed.
    case none
    /// `Domain`, `Selector`, `KeyFile`, `SubDomains`
    case single(SingleKey)
    /// `KeyTable`, `SigningTable`
    case tables(SigningTable, KeyTable)
  }

  public struct SingleKey: Sendable {
    /// `Domain`; `*` in it means every domain.
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
  /// Keys that were read, shared by everything that signs.
  public var keyStore = SigningKeyStore()
  public var canonicalization = Canonicalization.simple
  /// `SignatureAlgorithm`, where it was set: keys of another type are not used. `nil`: the key decides.
  public var signatureAlgorithm: KeyType?
  /// `SignHeaders` and `OmitHeaders`
  public var signedHeaders = HeaderSelection.opendkim
  public var oversignHeaders: [String] = []
  /// `SignatureTTL`, seconds.
  public var signatureTTL: UInt64?
  /// `MaximumSignedBytes`
  public var maximumSignedBytes: UInt64?
  /// `BodyLengthDB`
  public var bodyLengthDB: MembershipList?
  public var multipleSignatures = false
  /// `CheckSigningTable`: -n compares the rows with KeyTable.
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

/// How signatures of others are judged.
public struct VerificationRules: Sendable {
  public enum KeyTreatment: String, Sendable, Hashable, CaseIterable { case none, neutral, fail }

  /// With `MaximumSignaturesToVerify`, `ClockDrift`, `MinimumKeyBits`.
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

/// `Minimum`: how much of a body has to be signed.
public enum Minimum: Sendable, Hashable {
  /// `n`: so many octets, or the whole body where it is shorter.
  case octets(UInt64)
  /// `n%`
  case percent(Int)
  /// `n+`: at most so many octets unsigned.
  case unsigned(UInt64)
}

/// What is written into the header, and what is taken out of it.
public struct ResultFieldRules: Sendable {
  /// `AuthservID`; `nil`: the macro j.
  public var authservID: String?
  /// `AuthservID` was given as a quoted-string, and is written as one.
  public var quotesAuthservID = false
  public var authservIDWithJobID = false
  public var alwaysAddARHeader = false
  public var keepAuthResults = false
  public var removeARAll = false
  /// `RemoveARFrom`; a name with a leading dot means everything below it.
  public var removeARFrom: [String] = []
  public var noHeaderB = false
  /// `AddCanonicalizedData`
  public var addCanonicalizedData = false
  public var softwareHeader = false

  public init() {}
}

/// What is done about a message.
public enum Action: String, Sendable, Hashable, CaseIterable {
  case accept, discard, quarantine, reject, tempfail
}

/// `On-…`
public struct Actions: Sendable, Hashable {
  public var badSignature = Action.accept
  public var dnsError = Action.tempfail
  public var internalError = Action.tempfail
  public var keyNotFound = Action.accept
  public var noSignature = Action.accept
  public var security = Action.tempfail
  public var signatureError = Action.reject
  /// `CaptureUnknownErrors`
  public var captureUnknownErrors = false

  public init() {}
}

public struct Limits: Sendable, Hashable {
  /// `MaximumHeaders`, octets; 0: no limit but the one every message has.
  public var maximumHeaders = 65536

  public init() {}
}

public struct DNSRules: Sendable {
  /// `Nameservers`: `ADDRESS[@PORT]`
  public var nameservers: [String] = []
  /// `DNSTimeout`, seconds; never 0.
  public var timeout = 5
  /// `TrustedNameservers`: servers whose AD bit is believed besides those on loopback.
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
  /// `LogFormat`, for standard error.
  public var format = Format.text

  public enum Format: String, Sendable, Hashable, CaseIterable { case text, json }

  public init() {}
}

/// Where counters are told; nowhere unless it is asked for.
public struct MetricsRules: Sendable, Hashable {
  /// `MetricsSocket`; never a unix socket, and on loopback where it was given without a host.
  public var socket: SocketSpecification?
  /// `MetricsFile`
  public var file: String?

  public init() {}
}

/// What the process does with itself; none of it changes with a reload.
public struct ProcessRules: Sendable, Hashable {
  public var socket: SocketSpecification?
  public var umask: UInt32?
  public var userID: UserSpecification?
  public var pidFile: String?
  public var background = true
  public var autoRestart = false
  public var autoRestartCount = 0
  /// `AutoRestartRate`: so many restarts in so many seconds.
  public var autoRestartRate: RestartRate?
  public var changeRootDirectory: String?
  public var baseDirectory: String?
  /// `ShutdownTimeout`, seconds.
  public var shutdownTimeout = 30
  public var enableCoredumps = false
  /// `MilterDebug`, 0 to 6.
  public var milterDebug = 0
  public var strictTestMode = false

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
