/// An LDAP URL: a server and a search. // RFC 4516 §2
///
/// `SCHEME://[HOST[:PORT]][/DN[?ATTRIBUTES[?SCOPE[?FILTER[?EXTENSIONS]]]]]`; every part may contain `%XX`.
struct LDAPURL: Sendable, Hashable {
  enum Scheme: String, Sendable, Hashable, CaseIterable {
    case ldap
    /// TLS from the beginning
    case ldaps
    /// A unix socket, whose path replaces the host, with `%2F` for its slashes
    case ldapi
  }

  /// How far below the DN the search goes.
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
  /// `nil`: every entry matches.
  var filter: String?
  /// The user who logs in, from the extension `bindname`.
  var bindName: String?

  /// Maximum length of a URL in bytes.
  static let maximumLength = 8192
  static let maximumAttributes = 64
  /// The default socket of a server on this machine.
  static let defaultSocket = "/run/slapd/ldapi"
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
