/// Options for opening a data set.
package struct DataSetOptions: Sendable, Hashable {
  /// Whether keys and patterns are case-sensitive. (Only `KeyTable`, `MTA` and `MacroList` are.)
  ///
  /// This affects only ASCII letters; the case of other letters always matters. Servers have rules of their own.
  package var caseSensitive: Bool
  /// `BaseDirectory`: the start of relative paths; `nil`: the current directory.
  package var baseDirectory: String?
  /// The size limit of files, in bytes. A larger file is an error.
  package var maximumFileSize: Int
  /// `DataSetTimeout`: the time limit for connecting to a server and getting a result, in seconds.
  package var timeLimit = 5
  /// `DataSetCacheTTL`: how long results from servers are cached, in seconds; 0 disables caching.
  package var cacheSeconds = 30
  /// `SoftStart`: an unavailable server is not an error when a data set is opened.
  package var softStart = false
  /// `DataSetCAFile`: a file with the CA certificates that server certificates are verified with; `nil`: those of the
  /// system.
  package var caFile: String?
  /// `LDAP…`
  package var ldap = LDAPOptions()

  package init(caseSensitive: Bool = false, baseDirectory: String? = nil, maximumFileSize: Int = 256 << 20) {
    self.caseSensitive = caseSensitive
    self.baseDirectory = baseDirectory
    self.maximumFileSize = maximumFileSize
  }
}

/// The values of the settings whose names start with `LDAP`.
package struct LDAPOptions: Sendable, Hashable {
  /// `LDAPAuthMechanism`: `none`, `simple`, or a SASL mechanism.
  package var authMechanism = "simple"
  package var authName: String?
  package var authRealm: String?
  package var authUser: String?
  package var bindUser: String?
  package var bindPassword: String?
  package var disableCache = false
  /// In seconds. For this and the other keepalive options, `nil` means the default for all data set servers.
  package var keepaliveIdle: Int?
  /// In seconds.
  package var keepaliveInterval: Int?
  package var keepaliveProbes: Int?
  /// `LDAPTimeout`, in seconds.
  package var timeout = 5
  /// `LDAPUseTLS`: StartTLS
  package var useTLS = false

  package init() {}
}
