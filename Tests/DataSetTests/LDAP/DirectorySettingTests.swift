#if LDAP
  import Glibc
  import TestSupport
  import Testing

  @testable import DKIMConfiguration
  @testable import DKIMDataSets

  @Suite("LDAP settings")
  struct DirectorySettingTests {
    private func problems(
      _ specification: String, _ change: (inout DataSetOptions) -> Void = { _ in }
    ) throws -> [String] {
      let request = DataSetRequest(
        kind: .ldap, name: "", specification: specification, location: nil, options: DirectorySet.options(change))
      let store = try LDAPStore(try LDAPName(specification), request.options)
      return LDAPDriver.problems(store, request).map(\.description)
    }

    @Test
    func `a password sent unencrypted over a network causes a warning`() throws {
      let query = "/dc=test?mail?one?(mail=$d)"
      let logIn: (inout DataSetOptions) -> Void = { ($0.ldap.bindUser, $0.ldap.bindPassword) = ("cn=x", "Secret") }
      let warnings = try problems("ldap://ldap.example:1389" + query, logIn)
      #expect(warnings.count == 1)
      #expect(
        warnings.first?.contains("LDAPBindPassword is sent to ldap.example:1389 unencrypted; set LDAPUseTLS") == true)
      #expect(try problems("ldaps://a" + query + " ldap://192.0.2.1", logIn).count == 1)
      #expect(try problems("ldap://127.evil.example" + query, logIn).count == 1)
      #expect(
        try problems("ldap://a" + query) {
          ($0.ldap.authMechanism, $0.ldap.authName, $0.ldap.bindPassword) = ("plain", "x", "Secret")
        }.count == 1)

      for host in ["ldaps://ldap.example", "ldap://127.0.0.2", "ldap://[::1]:1389", "ldap://LocalHost", "ldapi://"] {
        #expect(try problems(host + query, logIn).isEmpty, "\(host)")
      }
      #expect(try problems("ldap://ldap.example" + query).isEmpty)
      #expect(
        try problems("ldap://ldap.example" + query) {
          logIn(&$0)
          $0.ldap.useTLS = true
        }.isEmpty)
      #expect(
        try problems("ldap://a" + query) {
          ($0.ldap.authMechanism, $0.ldap.authName, $0.ldap.bindPassword) = ("DIGEST-MD5", "x", "Secret")
        }.isEmpty)
      for warning in warnings { #expect(!warning.contains("Secret")) }
    }

    @Test
    func `unchecked certificates cause a warning`() throws {
      let name = try LDAPName("ldaps://a/dc=test?mail?one?(mail=$d)")
      let request = DataSetRequest(
        kind: .ldaps, name: "", specification: "ldaps://…", location: nil, options: DirectorySet.options())
      var settings = TLSRules()
      #expect(LDAPDriver.problems(try LDAPStore(name, request.options, settings), request).isEmpty)
      settings.checksServer = false
      let warnings = LDAPDriver.problems(try LDAPStore(name, request.options, settings), request)
      #expect(warnings.map(\.text) == ["\"ldaps://…\": certificates of the servers are not checked (TLS_REQCERT)"])
    }

    @Test
    func `a search without the key causes a warning`() throws {
      #expect(
        try problems("ldap://a/dc=test?mail?one?(mail=x)").first?.contains("every key has the same result") == true)
      #expect(try problems("ldap://a").count == 1)
      #expect(try problems("ldap://a/$D,dc=test?mail").isEmpty)
    }

    @Test
    func `LDAPKeepalive… are set on the socket; unset ones keep the system's defaults`() throws {
      let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
      defer { close(descriptor) }
      func option(_ number: CInt) -> CInt {
        var value: CInt = 0
        var length = socklen_t(MemoryLayout<CInt>.size)
        getsockopt(descriptor, CInt(IPPROTO_TCP), number, &value, &length)
        return value
      }
      let usual = option(TCP_KEEPCNT)
      var options = LDAPOptions()
      (options.keepaliveIdle, options.keepaliveInterval) = (77, 13)
      LDAPKeepalive(options).set(descriptor)
      #expect([option(TCP_KEEPIDLE), option(TCP_KEEPINTVL), option(TCP_KEEPCNT)] == [77, 13, usual])
      options.keepaliveProbes = 5
      LDAPKeepalive(options).set(descriptor)
      #expect(option(TCP_KEEPCNT) == 5)
    }

    @Test
    func `every LDAP… setting is stored in the options, and needs the trait LDAP`() throws {
      var settings = Settings()
      #expect(settings.dataSetOptions.ldap == LDAPOptions())
      let lines = [
        ("LDAPAuthMechanism", "DIGEST-MD5"), ("LDAPAuthName", "name"), ("LDAPAuthRealm", "realm"),
        ("LDAPAuthUser", "user"), ("LDAPBindPassword", "pass word"), ("LDAPBindUser", "cn=x,dc=y"),
        ("LDAPDisableCache", "yes"), ("LDAPKeepaliveIdle", "61"), ("LDAPKeepaliveInterval", "11"),
        ("LDAPKeepaliveProbes", "4"), ("LDAPTimeout", "7"), ("LDAPUseTLS", "true"),
      ]
      for (name, value) in lines { try settings.override(name, value) }
      var expected = LDAPOptions()
      expected.authMechanism = "DIGEST-MD5"
      (expected.authName, expected.authRealm, expected.authUser) = ("name", "realm", "user")
      (expected.bindPassword, expected.bindUser) = ("pass word", "cn=x,dc=y")
      (expected.disableCache, expected.useTLS, expected.timeout) = (true, true, 7)
      (expected.keepaliveIdle, expected.keepaliveInterval, expected.keepaliveProbes) = (61, 11, 4)
      #expect(settings.dataSetOptions.ldap == expected)

      let known = SettingTable.all.filter { $0.name.hasPrefix("LDAP") }
      #expect(known.map(\.name).sorted() == lines.map(\.0))
      for definition in known {
        guard case .needs("LDAP", .noEffect, _) = definition.status else {
          Issue.record("\(definition.name): \(definition.status)")
          continue
        }
      }
    }

    @Test
    func `a filter with an at sign is shown; text before the host may be a password and is not shown`() {
      for text in [
        "ldap://h:389/o=x?cn?sub?(mail=$d@x) ldaps://[::1]:636/", "ldap://h/o=x?cn?sub?(|(mail=a:b@x)(x:dn:=@))",
        "ldapi://%2Fs/o=x?cn?sub?(a=:@)",
      ] {
        #expect(DataSetSecrets.hidden(in: text) == text)
      }
      for text in ["ldap://u:Secret@h/o=x", "ldap://u:Sec/ret@h/o=x", "ldap://h/o=x ldap://u:Secret@h"] {
        #expect(!DataSetSecrets.hidden(in: text).contains("ret"), "\(text)")
      }
    }

    @Test
    func `an invalid name is refused before any server is contacted`() async throws {
      let none = await DirectorySet.refusal("ldap:")
      #expect(none.contains("missing name after \"ldap:\""))
      let text = await DirectorySet.refusal("ldap://127.0.0.1:1/dc=test?mail?one?(mail=$d")
      #expect(text.contains("the filter has an unclosed parenthesis; expected a filter such as"))
      let user = await DirectorySet.refusal("ldap://cn=x:Secret@127.0.0.1:1/dc=test")
      #expect(user.contains("expected only the host"))
      #expect(!user.contains("Secret"))
    }
  }
#endif
