/// How a data set is to be opened.
public struct DataSetOptions: Sendable, Hashable {
  /// Whether letter case counts in keys and patterns. (It does in `KeyTable`, `MTA` and `MacroList` only.) ASCII
  /// letters are meant; others always count. Servers have rules of their own.
  public var caseSensitive: Bool
  /// `BaseDirectory`: where relative paths begin; `nil`: the current directory.
  public var baseDirectory: String?
  /// A longer file is refused; octets.
  public var maximumFileSize: Int
  /// `DataSetTimeout`: within so many seconds a server is connected to and has answered.
  public var timeLimit = 5
  /// `DataSetCacheTTL`: for so many seconds an answer of a server is used again; 0: never.
  public var cacheSeconds = 30
  /// `SoftStart`: a server that is down is no error when a set is opened.
  public var softStart = false
  /// `DataSetCAFile`: the authorities that certificates of servers are checked with; `nil`: those of the system.
  public var caFile: String?
  /// `LDAP…`
  public var ldap = LDAPOptions()

  public init(caseSensitive: Bool = false, baseDirectory: String? = nil, maximumFileSize: Int = 256 << 20) {
    self.caseSensitive = caseSensitive
    self.baseDirectory = baseDirectory
    self.maximumFileSize = maximumFileSize
  }
}

/// What the settings that begin with `LDAP` say.
public struct LDAPOptions: Sendable, Hashable {
  /// `LDAPAuthMechanism`: `none`, `simple`, or a SASL mechanism.
  public var authMechanism = "simple"
  public var authName: String?
  public var authRealm: String?
  public var authUser: String?
  public var bindUser: String?
  public var bindPassword: String?
  public var disableCache = false
  /// Seconds; `nil`, here and below: as with every server of a data set.
  public var keepaliveIdle: Int?
  /// Seconds
  public var keepaliveInterval: Int?
  public var keepaliveProbes: Int?
  /// `LDAPTimeout`, seconds
  public var timeout = 5
  /// `LDAPUseTLS`: StartTLS
  public var useTLS = false

  public init() {}
}
