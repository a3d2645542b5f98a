#if LDAP
  internal import CLDAP

  /// The fixed end of a DN template: `ou=keys,dc=example` for `cn=$d,ou=keys,dc=example`. If this entry exists and is
  /// visible, the key is really absent; otherwise the directory may not be filled yet.
  struct LDAPTail: Sendable, Hashable {
    /// Empty if the template has no fixed end.
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
      // The RDN that contains the key ends at the next comma.
      var isEscaped = false
      let comma = text.utf8.firstIndex { byte in
        if isEscaped {
          isEscaped = false
          return false
        }
        isEscaped = byte == UInt8(ascii: "\\")
        return byte == UInt8(ascii: ",") || byte == UInt8(ascii: ";")
      }
      dn = comma.map { String(text[$0...].dropFirst()) } ?? ""
    }

    /// Whether the server found this entry: the matched DN is the end of the requested one.
    func isReached(by matched: String) -> Bool {
      if dn.isEmpty { return true }
      guard let count = Self.parts(of: dn), let found = Self.parts(of: matched) else { return false }
      return found >= count
    }

    /// Returns the number of RDNs in a DN; `nil` if the DN is invalid. // RFC 4514 §2
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
