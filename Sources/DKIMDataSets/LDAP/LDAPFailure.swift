#if LDAP
  internal import CLDAP
  internal import DKIMConfiguration

  /// A result that is not what was hoped for. // RFC 4511 §4.1.9
  struct LDAPFailure {
    /// Of the server, or of the library where it is negative.
    let code: CInt
    /// What either said about it; may be empty.
    let diagnostic: String
    /// How far the server came in looking for an entry: the end of its name.
    var matchedDN = ""

    /// In the library's words.
    var text: String {
      let name = unsafe ldap_err2string(code).map { unsafe String(cString: $0) } ?? "error"
      let details = diagnostic.isEmpty ? "" : ": \(ServerText.shown(diagnostic.utf8, limit: 200))"
      return code < 0 ? name + details : "\(name) (\(code))\(details)"
    }

    /// Whether it may be better later, or over another connection.
    var isTemporary: Bool {
      switch code {
      case LDAP_TIMELIMIT_EXCEEDED, LDAP_BUSY, LDAP_UNAVAILABLE, LDAP_OTHER: true
      case LDAP_AUTH_UNKNOWN, LDAP_FILTER_ERROR, LDAP_PARAM_ERROR, LDAP_NOT_SUPPORTED: false
      default: code < 0
      }
    }

    /// What an administrator can do about it.
    var fix: String? {
      switch code {
      case LDAP_INVALID_CREDENTIALS: "LDAPBindUser and LDAPBindPassword say who logs in"
      case LDAP_INAPPROPRIATE_AUTH, LDAP_STRONG_AUTH_REQUIRED, LDAP_OPERATIONS_ERROR, LDAP_INSUFFICIENT_ACCESS:
        "let LDAPBindUser name one who may search there"
      case LDAP_CONFIDENTIALITY_REQUIRED: "set LDAPUseTLS, or write ldaps:"
      case LDAP_AUTH_METHOD_NOT_SUPPORTED, LDAP_AUTH_UNKNOWN:
        "LDAPAuthMechanism names a way to log in that the server offers"
      case LDAP_REFERRAL: "name the server that has the entries"
      case LDAP_ADMINLIMIT_EXCEEDED, LDAP_SIZELIMIT_EXCEEDED:
        "let the server index the attributes of the filter, or allow more"
      default: nil
      }
    }

    func error(_ server: LDAPName.Server, _ step: String) -> DataSetError {
      let why = "\(server): \(step): \(text)"
      return isTemporary ? .temporary(why) : .unusable(why + (fix.map { "; \($0)" } ?? ""))
    }
  }
#endif
