extension Setting {
  // MARK: Settings for DNS, and for the sources that replace it in tests

  package static let nameservers = SettingKey<String?>(
    "Nameservers", kind: .text("list of IP or IP@PORT"),
    "DNS servers, tried in this order. Default: the servers in /etc/resolv.conf.")
  package static let dnsTimeout = SettingKey<Int>(
    "DNSTimeout", into: \.dns.timeout, flag: "-T", "DNS timeout per key, in seconds; 0: 60 seconds.")
  package static let dnsConnect = SettingKey<Bool>(
    "DNSConnect", into: \.dns.alwaysUsesTCP,
    "Send all DNS queries over TCP. Otherwise, TCP is used only if a response does not fit in a UDP packet.")
  package static let queryCache = SettingKey<Bool>(
    "QueryCache", into: \.dns.queryCache, "Log DNS cache hit rates every five minutes.")
  package static let trustAnchorFile = SettingKey<String?>(
    "TrustAnchorFile", kind: .path,
    status: .needs(
      part: "Unbound", otherwise: .noEffect,
      "the filter validates DNSSEC itself only with the optional part Unbound; otherwise it trusts the AD bit of a "
        + "resolver on this host"), "File with the trust anchors for DNSSEC validation.")
  package static let resolverConfiguration = SettingKey<String?>(
    "ResolverConfiguration", kind: .path,
    status: .needs(
      part: "Unbound", otherwise: .refused,
      "it configures libunbound, which needs the optional part Unbound: build with --traits Unbound"),
    "File in unbound.conf format for the built-in validating resolver.")
  package static let testPublicKeys = SettingKey<String?>(
    "TestPublicKeys", kind: .path, "File of key records used instead of DNS, for tests.")
  package static let testDNSData = SettingKey<DataSetText?>(
    "TestDNSData", "Data set of DNS names and TXT data used instead of DNS, for tests.")

  /// Settings for DNS, and for the sources that replace it in tests.
  static let nameService: [any SettingRow] = [
    nameservers, dnsTimeout, dnsConnect, queryCache, trustAnchorFile, resolverConfiguration, testPublicKeys,
    testDNSData,
    SettingDefinition(
      "ResolverTracing", .flag, default: "no",
      .accepted("the resolver has no tracing; OpenDKIM ignored this setting, too"),
      "Log a trace of the resolver."),
  ]

  // MARK: Settings for LDAP and SQL data sets

  package static let ldapAuthMechanism = SettingKey<String>(
    "LDAPAuthMechanism", kind: .text("SASL mechanism"), into: \.dataSets.ldap.authMechanism, status: onlyLDAP,
    "LDAP data sets: authentication mechanism (simple or a SASL mechanism).")
  package static let ldapAuthName = SettingKey<String?>(
    "LDAPAuthName", kind: .text("name"), into: \.dataSets.ldap.authName, status: onlyLDAP,
    "LDAP data sets: SASL authentication name.")
  package static let ldapAuthRealm = SettingKey<String?>(
    "LDAPAuthRealm", kind: .text("realm"), into: \.dataSets.ldap.authRealm, status: onlyLDAP,
    "LDAP data sets: SASL realm.")
  package static let ldapAuthUser = SettingKey<String?>(
    "LDAPAuthUser", kind: .text("user"), into: \.dataSets.ldap.authUser, status: onlyLDAP, "LDAP data sets: SASL user.")
  package static let ldapBindPassword = SettingKey<String?>(
    "LDAPBindPassword", kind: .text("password"), into: \.dataSets.ldap.bindPassword, status: onlyLDAP,
    "LDAP data sets: bind password.")
  package static let ldapBindUser = SettingKey<String?>(
    "LDAPBindUser", kind: .text("DN"), into: \.dataSets.ldap.bindUser, status: onlyLDAP,
    "LDAP data sets: bind DN (distinguished name).")
  package static let ldapDisableCache = SettingKey<Bool>(
    "LDAPDisableCache", into: \.dataSets.ldap.disableCache, status: onlyLDAP,
    "LDAP data sets: disable the cache of LDAP results.")
  package static let ldapKeepaliveIdle = SettingKey<Int?>(
    "LDAPKeepaliveIdle", into: \.dataSets.ldap.keepaliveIdle, status: onlyLDAP,
    "LDAP data sets: idle time, in seconds, before the first TCP keepalive probe. Unset: the system default.")
  package static let ldapKeepaliveInterval = SettingKey<Int?>(
    "LDAPKeepaliveInterval", into: \.dataSets.ldap.keepaliveInterval, status: onlyLDAP,
    "LDAP data sets: interval between TCP keepalive probes, in seconds. Unset: the system default.")
  package static let ldapKeepaliveProbes = SettingKey<Int?>(
    "LDAPKeepaliveProbes", into: \.dataSets.ldap.keepaliveProbes, status: onlyLDAP,
    "LDAP data sets: number of unanswered TCP keepalive probes before the connection is dropped. Unset: the system "
      + "default.")
  package static let ldapTimeout = SettingKey<Int>(
    "LDAPTimeout", into: \.dataSets.ldap.timeout, status: onlyLDAP,
    "LDAP data sets: timeout of an LDAP operation, in seconds.")
  package static let ldapUseTLS = SettingKey<Bool>(
    "LDAPUseTLS", into: \.dataSets.ldap.useTLS, status: onlyLDAP,
    "LDAP data sets: encrypt the connection with StartTLS.")
  package static let softStart = SettingKey<Bool>(
    "SoftStart", into: \.dataSets.softStart, "Start even if a data set server is unreachable.")

  /// Settings for LDAP and SQL data sets.
  static let ldapAndSQL: [any SettingRow] = [
    ldapAuthMechanism, ldapAuthName, ldapAuthRealm, ldapAuthUser, ldapBindPassword, ldapBindUser, ldapDisableCache,
    ldapKeepaliveIdle, ldapKeepaliveInterval, ldapKeepaliveProbes, ldapTimeout, ldapUseTLS, softStart,
  ]

  private static let onlyLDAP = SettingStatus.needs(
    part: "LDAP", otherwise: .noEffect, "it applies only to ldap: data sets, which need the optional part LDAP")
}
