/// The data set that an `ldap:`, `ldaps:` or `ldapi:` text names: its servers and the search for a key.
///
/// The text consists of URLs separated by blanks. The first URL describes the search. Each URL names a server; the
/// servers are tried in order.
struct LDAPName: Sendable, Hashable {
  struct Server: Sendable, Hashable {
    let scheme: LDAPURL.Scheme
    let address: ServerAddress
  }

  let servers: [Server]
  /// The base DN of the search.
  let base: LDAPTemplate
  let scope: LDAPURL.Scope
  let filter: LDAPFilter
  /// The columns of a row.
  let attributes: [String]
  let bindName: String?

  static let mostServers = 16

  /// Parses the text, which includes the kind.
  init(_ text: String) throws(LDAPURLError) {
    let words = text.utf8.split { $0 == 0x20 || $0 == 0x09 }
    guard let word = words.first else { throw .empty }
    guard words.count <= Self.mostServers else { throw .tooManyURLs(words.count) }
    let first = try LDAPURL(word)
    var servers = [Server(scheme: first.scheme, address: first.address)]
    for word in words.dropFirst() {
      let other = try LDAPURL(word, serverOnly: true)
      servers.append(Server(scheme: other.scheme, address: other.address))
    }
    self.servers = servers
    base = LDAPTemplate(first.dn)
    scope = first.scope
    attributes = first.attributes
    bindName = first.bindName
    do throws(LDAPFilterError) {
      filter = try LDAPFilter(first.filter ?? LDAPFilter.any)
    } catch {
      throw .filter(error)
    }
  }

  /// Whether the search depends on the key. If not, every key has the same result.
  var holdsKey: Bool { base.holdsKey || filter.template.holdsKey }

  /// The search that lists all rows and the attribute with their keys; `nil` if the keys cannot be determined from the
  /// entries.
  var walk: (filter: String, keyAttribute: String)? {
    guard !base.holdsKey, let any = filter.anyKey, let attribute = filter.keyAttribute else { return nil }
    return (any, attribute)
  }
}

extension LDAPName.Server {
  /// Whether the traffic stays on this machine.
  var isLocal: Bool { address.isLocal }
}

extension LDAPName.Server: CustomStringConvertible {
  var description: String { "\(scheme.rawValue)://\(address)" }
}
