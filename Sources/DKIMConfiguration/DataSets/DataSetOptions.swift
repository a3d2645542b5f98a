/// Options for opening a data set.
public struct DataSetOptions: Sendable, Hashable {
  /// Whether keys and patterns are case-sensitive. (Only `KeyTable`, `MTA` and `MacroList` are.)
  ///
  /// This affects only ASCII letters; the case of other letters always matters. Servers have rules of their own.
  public var caseSensitive: Bool
  /// `BaseDirectory`: the start of relative paths; `nil`: the current directory.
  public var baseDirectory: String?
  /// The size limit of files, in bytes. A larger file is an error.
  public var maximumFileSize: Int
  /// `DataSetTimeout`: the time limit for connecting to a server and getting a result, in seconds.
  public var timeLimit = 5
  /// `DataSetCacheTTL`: how long results from servers are cached, in seconds; 0 disables caching.
  public var cacheSeconds = 30
  /// `SoftStart`: an unavailable server is not an error when a data set is opened.
  public var softStart = false
  /// `DataSetCAFile`: a file with the CA certificates that server certificates are verified with; `nil`: those of the
  /// system.
  public var caFile: String?
  /// `LDAP…`
  public var ldap = LDAPOptions()

  public init(caseSensitive: Bool = false, baseDirectory: String? = nil, maximumFileSize: Int = 256 << 20) {
    self.caseSensitive = caseSensitive
    self.baseDirectory = baseDirectory
    self.maximumFileSize = maximumFileSize
  }
}

/// The values of the settings whose names start with `LDAP`.
public struct LDAPOptions: Sendable, Hashable {
  /// `LDAPAuthMechanism`: `none`, `simple`, or a SASL mechanism.
  public var authMechanism = "simple"
  public var authName: String?
  public var authRealm: String?
  public var authUser: String?
  public var bindUser: String?
  public var bindPassword: String?
  public var disableCache = false
  /// In seconds. For this and the other keepalive options, `nil` means the default for all data set servers.
  public var keepaliveIdle: Int?
  /// In seconds.
  public var keepaliveInterval: Int?
  public var keepaliveProbes: Int?
  /// `LDAPTimeout`, in seconds.
  public var timeout = 5
  /// `LDAPUseTLS`: StartTLS
  public var useTLS = false

  public init() {}
}
