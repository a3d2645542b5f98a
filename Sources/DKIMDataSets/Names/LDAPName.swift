/// What `ldap:`, `ldaps:` and `ldapi:` name: servers, and what is asked there for a key.
///
/// URLs with blanks between them. The first says what is asked; every one of them names a server, which are tried in
/// that order.
struct LDAPName: Sendable, Hashable {
  struct Server: Sendable, Hashable {
    let scheme: LDAPURL.Scheme
    let address: ServerAddress
  }

  let servers: [Server]
  /// Where entries are looked for.
  let base: LDAPTemplate
  let scope: LDAPURL.Scope
  let filter: LDAPFilter
  /// The columns of a row.
  let attributes: [String]
  let bindName: String?

  static let mostServers = 16

  /// Reads the text with its kind in front.
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

  /// False where every key has the same answer.
  var holdsKey: Bool { base.holdsKey || filter.template.holdsKey }

  /// Whether the entries tell what their keys are.
  var walk: (filter: String, keyAttribute: String)? {
    guard !base.holdsKey, let any = filter.anyKey, let attribute = filter.keyAttribute else { return nil }
    return (any, attribute)
  }
}

extension LDAPName.Server {
  /// True where what is sent never leaves this machine.
  var isLocal: Bool { address.isLocal }
}

extension LDAPName.Server: CustomStringConvertible {
  var description: String { "\(scheme.rawValue)://\(address)" }
}
