extension SettingTable {
  /// DNS, and what stands in for it.
  static let nameService: [SettingDefinition] = [
    SettingDefinition(
      "Nameservers", .text("list of IP or IP@PORT"),
      "DNS servers to ask, one after the other. Default: those of /etc/resolv.conf."),
    SettingDefinition(
      "DNSTimeout", .integer, default: "5", flag: "-T", "Seconds after which a key is given up; 0: 60 seconds."),
    SettingDefinition(
      "QueryCache", .flag, default: "no", "Tell the log every five minutes how often the cache helped."),
    SettingDefinition(
      "TrustAnchorFile", .path,
      .needs(
        part: "Unbound", otherwise: .noted,
        "answers are not validated here; whether DNSSEC protects a key is believed of a resolver on this machine"),
      "The keys that DNSSEC validation begins with."),
    SettingDefinition(
      "ResolverConfiguration", .path,
      .needs(
        part: "Unbound", otherwise: .refused,
        "it is a configuration of libunbound, and this build is without: build with --traits Unbound"),
      "The unbound.conf of the validating resolver within the filter."),
    SettingDefinition(
      "TestPublicKeys", .path, "A file of key records to use instead of DNS, for tests."),
    SettingDefinition(
      "TestDNSData", .dataSet, "Names with TXT data to use instead of DNS, for tests."),
    SettingDefinition(
      "DNSConnect", .flag, default: "no", .accepted("TCP is used where an answer needs it; OpenDKIM never read this"),
      "Ask over TCP from the beginning."),
    SettingDefinition(
      "ResolverTracing", .flag, default: "no", .accepted("there is no such trace; OpenDKIM never read this"),
      "Trace what the resolver does."),
  ]

  /// LDAP and SQL data sets.
  static let directory: [SettingDefinition] = [
    ldap("LDAPAuthMechanism", .text("SASL mechanism"), default: "simple", "How to authenticate."),
    ldap("LDAPAuthName", .text("name"), "The SASL authentication name."),
    ldap("LDAPAuthRealm", .text("realm"), "The SASL realm."),
    ldap("LDAPAuthUser", .text("user"), "The SASL user."),
    ldap("LDAPBindPassword", .text("password"), "The password to bind with."),
    ldap("LDAPBindUser", .text("DN"), "The distinguished name to bind as."),
    ldap("LDAPDisableCache", .flag, default: "no", "Keep no answers of the directory."),
    ldap("LDAPKeepaliveIdle", .integer, "Seconds until TCP asks whether the server lives."),
    ldap("LDAPKeepaliveInterval", .integer, "Seconds between such questions."),
    ldap("LDAPKeepaliveProbes", .integer, "How many of them may stay without answer."),
    ldap("LDAPTimeout", .integer, default: "5", "Seconds after which a question is given up."),
    ldap("LDAPUseTLS", .flag, default: "no", "Encrypt the connection (StartTLS)."),
    SettingDefinition(
      "SoftStart", .flag, default: "no",
      "Start though the server of a data set is down."),
  ]

  private static func ldap(
    _ name: String, _ kind: SettingKind, default value: String? = nil, _ meaning: String
  ) -> SettingDefinition {
    SettingDefinition(
      name, kind, default: value,
      .needs(part: "LDAP", otherwise: .noted, "it matters only with ldap: data sets, and this build has none"),
      "LDAP data sets: " + meaning)
  }
}
