extension Settings {
  /// The options for opening data sets, from `BaseDirectory`, `SoftStart`, `DataSet…` and `LDAP…`.
  package var dataSetOptions: DataSetOptions {
    let base = text("BaseDirectory")
    var options = DataSetOptions(baseDirectory: base)
    options.timeLimit = integer("DataSetTimeout") ?? options.timeLimit
    options.cacheSeconds = integer("DataSetCacheTTL") ?? options.cacheSeconds
    options.softStart = flag("SoftStart")
    options.caFile = text("DataSetCAFile").map { RelativePath.resolved($0, base: base) }
    options.ldap = ldapOptions
    return options
  }

  private var ldapOptions: LDAPOptions {
    var options = LDAPOptions()
    options.authMechanism = text("LDAPAuthMechanism") ?? options.authMechanism
    options.authName = text("LDAPAuthName")
    options.authRealm = text("LDAPAuthRealm")
    options.authUser = text("LDAPAuthUser")
    options.bindUser = text("LDAPBindUser")
    options.bindPassword = text("LDAPBindPassword")
    options.disableCache = flag("LDAPDisableCache")
    options.keepaliveIdle = integer("LDAPKeepaliveIdle")
    options.keepaliveInterval = integer("LDAPKeepaliveInterval")
    options.keepaliveProbes = integer("LDAPKeepaliveProbes")
    options.timeout = integer("LDAPTimeout") ?? options.timeout
    options.useTLS = flag("LDAPUseTLS")
    return options
  }
}
