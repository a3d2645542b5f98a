#if LDAP
  internal import CLDAP

  /// The entry that every name of a template is below: `ou=keys,dc=example` of `cn=$d,ou=keys,dc=example`. That it is
  /// there, and may be seen, tells a key that is not there from a directory that is not filled.
  struct LDAPTail: Sendable, Hashable {
    /// Empty where nothing is fixed.
    let dn: String

    init(of template: LDAPTemplate) {
      guard case .text(let text)? = template.pieces.last else {
        dn = ""
        return
      }
      if template.pieces.count == 1 {
        dn = text
        return
      }
      // The name that the key stands in goes on until the next comma.
      var isEscaped = false
      let comma = text.utf8.firstIndex { octet in
        if isEscaped {
          isEscaped = false
          return false
        }
        isEscaped = octet == UInt8(ascii: "\\")
        return octet == UInt8(ascii: ",") || octet == UInt8(ascii: ";")
      }
      dn = comma.map { String(text[$0...].dropFirst()) } ?? ""
    }

    /// Whether the server came as far as that entry: what it found of a name is the end of it.
    func isReached(by matched: String) -> Bool {
      if dn.isEmpty { return true }
      guard let count = Self.parts(of: dn), let found = Self.parts(of: matched) else { return false }
      return found >= count
    }

    /// How many names a DN is made of; `nil` where it is none. // RFC 4514 §2
    static func parts(of dn: String) -> Int? {
      var parsed: LDAPDN?
      guard unsafe ldap_str2dn(dn, &parsed, UInt32(LDAP_DN_FORMAT_LDAPV3)) == LDAP_SUCCESS else { return nil }
      guard let names = unsafe parsed else { return 0 }
      defer { unsafe ldap_dnfree(names) }
      var count = 0
      while unsafe names[count] != nil { count += 1 }
      return count
    }
  }
#endif
