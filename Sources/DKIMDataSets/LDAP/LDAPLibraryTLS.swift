#if LDAP
  internal import CLDAP

  /// What ldap.conf(5), `ldaprc` files and the environment say of TLS. The library reads them, once in a process.
  struct LDAPLibraryTLS: Sendable, Hashable {
    /// `TLS_CACERT`
    var caFile: String?
    /// `TLS_CACERTDIR`
    var caFolder: String?
    /// `TLS_CERT`
    var certificateFile: String?
    /// `TLS_KEY`
    var keyFile: String?
    /// `TLS_REQCERT`: false for `never` and `allow`.
    var checksServer = true
    /// `TLS_PROTOCOL_MIN`
    var minimumVersion = 0

    static var current: LDAPLibraryTLS {
      var settings = LDAPLibraryTLS()
      settings.caFile = text(LDAP_OPT_X_TLS_CACERTFILE)
      settings.caFolder = text(LDAP_OPT_X_TLS_CACERTDIR)
      settings.certificateFile = text(LDAP_OPT_X_TLS_CERTFILE)
      settings.keyFile = text(LDAP_OPT_X_TLS_KEYFILE)
      let check = number(LDAP_OPT_X_TLS_REQUIRE_CERT)
      settings.checksServer = check != LDAP_OPT_X_TLS_NEVER && check != LDAP_OPT_X_TLS_ALLOW
      settings.minimumVersion = Int(number(LDAP_OPT_X_TLS_PROTOCOL_MIN) ?? 0)
      return settings
    }

    /// - Parameter caFile: `DataSetCAFile`. Certificates are checked with these authorities then, and no others.
    func rules(caFile: String?) -> TLSRules {
      var rules = TLSRules()
      rules.caFile = caFile ?? self.caFile
      rules.caFolder = caFile == nil ? caFolder : nil
      rules.certificateFile = certificateFile
      rules.keyFile = keyFile
      rules.checksServer = caFile != nil || checksServer
      // The library counts versions as TLS itself does, and so does OpenSSL.
      rules.minimumVersion = max(rules.minimumVersion, minimumVersion)
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
