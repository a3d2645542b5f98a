extension SettingTable {
  /// Settings for DNS, and for the sources that replace it in tests.
  static let nameService: [SettingDefinition] = [
    SettingDefinition(
      "Nameservers", .text("list of IP or IP@PORT"),
      "DNS servers, tried in this order. Default: the servers in /etc/resolv.conf."),
    SettingDefinition(
      "DNSTimeout", .integer, default: "5", flag: "-T", "DNS timeout per key, in seconds; 0: 60 seconds."),
    SettingDefinition(
      "QueryCache", .flag, default: "no", "Log DNS cache hit rates every five minutes."),
    SettingDefinition(
      "TrustAnchorFile", .path,
      .needs(
        part: "Unbound", otherwise: .noted,
        "the filter validates DNSSEC itself only with the optional part Unbound; otherwise it trusts the AD bit of a "
          + "resolver on this host"),
      "File with the trust anchors for DNSSEC validation."),
    SettingDefinition(
      "ResolverConfiguration", .path,
      .needs(
        part: "Unbound", otherwise: .refused,
        "it configures libunbound, which needs the optional part Unbound: build with --traits Unbound"),
      "File in unbound.conf format for the built-in validating resolver."),
    SettingDefinition(
      "TestPublicKeys", .path, "File of key records used instead of DNS, for tests."),
    SettingDefinition(
      "TestDNSData", .dataSet, "Data set of DNS names and TXT data used instead of DNS, for tests."),
    SettingDefinition(
      "DNSConnect", .flag, default: "no",
      .accepted("TCP is used when a response requires it; OpenDKIM ignored this setting, too"),
      "Send DNS queries over TCP from the start."),
    SettingDefinition(
      "ResolverTracing", .flag, default: "no",
      .accepted("the resolver has no tracing; OpenDKIM ignored this setting, too"),
      "Log a trace of the resolver."),
  ]

  /// Settings for LDAP and SQL data sets.
  static let directory: [SettingDefinition] = [
    ldap(
      "LDAPAuthMechanism", .text("SASL mechanism"), default: "simple",
      "authentication mechanism (simple or a SASL mechanism)."),
    ldap("LDAPAuthName", .text("name"), "SASL authentication name."),
    ldap("LDAPAuthRealm", .text("realm"), "SASL realm."),
    ldap("LDAPAuthUser", .text("user"), "SASL user."),
    ldap("LDAPBindPassword", .text("password"), "bind password."),
    ldap("LDAPBindUser", .text("DN"), "bind DN (distinguished name)."),
    ldap("LDAPDisableCache", .flag, default: "no", "disable the cache of LDAP results."),
    ldap(
      "LDAPKeepaliveIdle", .integer,
      "idle time, in seconds, before the first TCP keepalive probe. Unset: the system default."),
    ldap(
      "LDAPKeepaliveInterval", .integer, "interval between TCP keepalive probes, in seconds. Unset: the system default."
    ),
    ldap(
      "LDAPKeepaliveProbes", .integer,
      "number of unanswered TCP keepalive probes before the connection is dropped. Unset: the system default."),
    ldap("LDAPTimeout", .integer, default: "5", "timeout of an LDAP operation, in seconds."),
    ldap("LDAPUseTLS", .flag, default: "no", "encrypt the connection with StartTLS."),
    SettingDefinition(
      "SoftStart", .flag, default: "no",
      "Start even if a data set server is unreachable."),
  ]

  private static func ldap(
    _ name: String, _ kind: SettingKind, default value: String? = nil, _ meaning: String
  ) -> SettingDefinition {
    SettingDefinition(
      name, kind, default: value,
      .needs(part: "LDAP", otherwise: .noted, "it applies only to ldap: data sets, which need the optional part LDAP"),
      "LDAP data sets: " + meaning)
  }
}
