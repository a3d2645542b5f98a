#if LDAP
  internal import CLDAP
  internal import DKIMConfiguration

  /// An error result. // RFC 4511 §4.1.9
  struct LDAPFailure {
    /// The result code of the server, or of the library if it is negative.
    let code: CInt
    /// The diagnostic message; may be empty.
    let diagnostic: String
    /// The part of the DN that the server found: the end of the DN.
    var matchedDN = ""

    /// The library's text for the error, with the diagnostic message.
    var text: String {
      let name = unsafe ldap_err2string(code).map { unsafe String(cString: $0) } ?? "error"
      let details = diagnostic.isEmpty ? "" : ": \(ServerText.shown(diagnostic.utf8, limit: 200))"
      return code < 0 ? name + details : "\(name) (\(code))\(details)"
    }

    /// Whether a later attempt, or another connection, may succeed.
    var isTemporary: Bool {
      switch code {
      case LDAP_TIMELIMIT_EXCEEDED, LDAP_BUSY, LDAP_UNAVAILABLE, LDAP_OTHER: true
      case LDAP_AUTH_UNKNOWN, LDAP_FILTER_ERROR, LDAP_PARAM_ERROR, LDAP_NOT_SUPPORTED: false
      default: code < 0
      }
    }

    /// A suggested fix for the administrator.
    var fix: String? {
      switch code {
      case LDAP_INVALID_CREDENTIALS: "check LDAPBindUser and LDAPBindPassword"
      case LDAP_INAPPROPRIATE_AUTH, LDAP_STRONG_AUTH_REQUIRED, LDAP_OPERATIONS_ERROR, LDAP_INSUFFICIENT_ACCESS:
        "set LDAPBindUser to a user who may search there"
      case LDAP_CONFIDENTIALITY_REQUIRED: "set LDAPUseTLS, or write ldaps:"
      case LDAP_AUTH_METHOD_NOT_SUPPORTED, LDAP_AUTH_UNKNOWN:
        "set LDAPAuthMechanism to a mechanism that the server offers"
      case LDAP_REFERRAL: "name the server that has the entries"
      case LDAP_ADMINLIMIT_EXCEEDED, LDAP_SIZELIMIT_EXCEEDED:
        "index the attributes of the filter on the server, or raise its limit"
      default: nil
      }
    }

    func error(_ server: LDAPName.Server, _ step: String) -> DataSetError {
      let why = "\(server): \(step): \(text)"
      return isTemporary ? .temporary(why) : .unusable(why + (fix.map { "; \($0)" } ?? ""))
    }
  }
#endif
