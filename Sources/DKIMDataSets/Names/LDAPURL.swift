/// One LDAP URL: a server, and what it is asked. // RFC 4516 §2
///
/// `SCHEME://[HOST[:PORT]][/DN[?ATTRIBUTES[?SCOPE[?FILTER[?EXTENSIONS]]]]]`; every part may hold `%XX`.
struct LDAPURL: Sendable, Hashable {
  enum Scheme: String, Sendable, Hashable, CaseIterable {
    case ldap
    /// TLS from the beginning
    case ldaps
    /// A unix socket, whose path stands in place of the host with `%2F` for its slashes
    case ldapi
  }

  /// How far below the DN entries are looked for.
  enum Scope: String, Sendable, Hashable, CaseIterable {
    case base, one, sub
    /// Everything below the entry, but not the entry itself
    case children
  }

  let scheme: Scheme
  let address: ServerAddress
  var dn = ""
  var attributes: [String] = []
  var scope = Scope.base
  /// `nil`: whatever entry is there.
  var filter: String?
  /// Who logs in, by the extension `bindname`.
  var bindName: String?

  /// The longest URL, octets.
  static let longest = 8192
  static let mostAttributes = 64
  /// Where a server listens on this machine when nothing else is said.
  static let usualSocket = "/run/slapd/ldapi"
}

extension LDAPURL.Scheme {
  var port: Int {
    switch self {
    case .ldap: 389
    case .ldaps: 636
    case .ldapi: 0
    }
  }
}
