import Testing

@testable import DKIMConfiguration

@Suite("Loader: the settings that key tools need")
struct LoaderKeyRulesTests {
  private func rules(_ text: String) async -> (KeyRules?, [ConfigurationProblem]) {
    var loader = ConfigurationLoader()
    loader.parts = BuildParts([])
    return await loader.loadKeyRules(Settings.parse(text).settings)
  }

  @Test
  func `the rules for keys are loaded even if other settings are missing or wrong`() async {
    let (rules, problems) = await rules(
      """
      KeyTable nonsense:x
      Mode q
      Socket nowhere
      MinimumKeyBits 2048
      RequireSafeKeys no
      SignatureAlgorithm ed25519-sha256
      Nameservers 192.0.2.1,192.0.2.2@5353
      DNSTimeout 7
      DNSConnect yes
      UserID 65534
      """)
    #expect(problems.isEmpty)
    #expect(rules?.store.options.minimumKeyBits == 2048)
    #expect(rules?.store.options.requireSafeKeys == false)
    #expect(rules?.store.options.user.uid == 65534)
    #expect(rules?.signatureAlgorithm == .ed25519)
    #expect(rules?.dns.nameservers.map(\.description) == ["192.0.2.1", "192.0.2.2@5353"])
    #expect(rules?.dns.timeout == 7)
    #expect(rules?.dns.alwaysUsesTCP == true)
  }

  @Test(arguments: [
    "Nameservers ns.example.com", "ResolverConfiguration /etc/unbound.conf", "TestDNSData nonsense:x",
    "TestPublicKeys /nonexistent",
  ])
  func `problems that prevent key lookups are errors`(line: String) async {
    let (rules, problems) = await rules(line)
    #expect(rules == nil)
    #expect(problems.hasErrors)
  }

  @Test
  func `the options of data sets are taken from the settings`() {
    let options = Settings.parse(
      """
      BaseDirectory /base
      SoftStart yes
      DataSetTimeout 3
      DataSetCacheTTL 0
      DataSetCAFile ca.pem
      LDAPAuthMechanism none
      LDAPAuthName name
      LDAPAuthRealm realm
      LDAPAuthUser user
      LDAPBindUser cn=dkim
      LDAPBindPassword secret
      LDAPDisableCache yes
      LDAPKeepaliveIdle 1
      LDAPKeepaliveInterval 2
      LDAPKeepaliveProbes 3
      LDAPTimeout 4
      LDAPUseTLS yes
      """
    ).settings.dataSetOptions
    #expect(
      options.baseDirectory == "/base" && options.softStart && options.timeLimit == 3 && options.cacheSeconds == 0)
    #expect(options.caFile == "/base/ca.pem")
    var ldap = LDAPOptions()
    (ldap.authMechanism, ldap.authName, ldap.authRealm, ldap.authUser) = ("none", "name", "realm", "user")
    (ldap.bindUser, ldap.bindPassword, ldap.disableCache) = ("cn=dkim", "secret", true)
    (ldap.keepaliveIdle, ldap.keepaliveInterval, ldap.keepaliveProbes) = (1, 2, 3)
    (ldap.timeout, ldap.useTLS) = (4, true)
    #expect(options.ldap == ldap)
    #expect(Settings().dataSetOptions == DataSetOptions())
  }

  @Test
  func `a listing of a KeyTable has every row, also invalid ones`() async throws {
    let set = try await DataSets.open(
      "csl:good=example.com:s:/key,any=%:s:/key,short=example.com,bad=exa mple:s:/key,alg=example.com:s:/key:dsa",
      location: nil)
    let rows = try await KeyTable(set).rows()
    #expect(rows.map(\.name) == ["good", "any", "short", "bad", "alg"])
    let words = rows.map { row in
      switch row.content {
      case .entry(let entry): "\(entry.selector) at \(entry.domain)"
      case .dependsOnSender: "depends"
      case .corrupt(let why): why
      }
    }
    #expect(words[0] == "s at example.com" && words[1] == "depends")
    #expect(words[2] == "a selector is missing; expected DOMAIN:SELECTOR:KEY")
    #expect(words[3].hasPrefix("the domain \"exa mple\" has"))
    #expect(try await KeyTable(set).entries().map(\.name) == ["good", "alg"])
    #expect(try await KeyTable(set).rows(limit: 2).count == 2)
  }
}
