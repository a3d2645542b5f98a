#if LDAP
  internal import CLDAP

  extension TLSRules {
    /// The TLS settings from ldap.conf(5), `ldaprc` files and the environment: `TLS_CACERT`, `TLS_CACERTDIR`,
    /// `TLS_CERT`, `TLS_KEY`, `TLS_REQCERT` and `TLS_PROTOCOL_MIN`. The library reads them once in a process.
    static var ofLDAPLibrary: TLSRules {
      var rules = TLSRules()
      rules.caFile = text(LDAP_OPT_X_TLS_CACERTFILE)
      rules.caFolder = text(LDAP_OPT_X_TLS_CACERTDIR)
      rules.certificateFile = text(LDAP_OPT_X_TLS_CERTFILE)
      rules.keyFile = text(LDAP_OPT_X_TLS_KEYFILE)
      let check = number(LDAP_OPT_X_TLS_REQUIRE_CERT)
      rules.checksServer = check != LDAP_OPT_X_TLS_NEVER && check != LDAP_OPT_X_TLS_ALLOW
      rules.minimumVersion = minimumVersion(ofLibrary: number(LDAP_OPT_X_TLS_PROTOCOL_MIN) ?? 0)
      return rules
    }

    /// The library and OpenSSL both use the version numbers of TLS itself. The setting can only raise the default
    /// minimum.
    static func minimumVersion(ofLibrary version: CInt) -> Int { max(TLSRules().minimumVersion, Int(version)) }

    /// Returns the rules with `DataSetCAFile` applied: only these CA certificates are trusted.
    func overridden(byCAFile file: String?) -> TLSRules {
      guard let file else { return self }
      var rules = self
      rules.caFile = file
      rules.caFolder = nil
      rules.checksServer = true
      return rules
    }

    private static func text(_ option: CInt) -> String? {
      var text: UnsafeMutablePointer<CChar>?
      guard unsafe ldap_get_option(nil, option, &text) == LDAP_OPT_SUCCESS, let text = unsafe text else { return nil }
      defer { unsafe ldap_memfree(text) }
      return unsafe String(cString: text)
    }

    private static func number(_ option: CInt) -> CInt? {
      var number: CInt = 0
      return unsafe ldap_get_option(nil, option, &number) == LDAP_OPT_SUCCESS ? number : nil
    }
  }
#endif
