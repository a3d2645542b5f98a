internal import DKIMCore

extension LDAPURL {
  /// Parses `SCHEME://SERVER/DN?ATTRIBUTES?SCOPE?FILTER?EXTENSIONS`. // RFC 4516 §2
  /// - Parameter serverOnly: ignore the text after the server.
  init(_ text: some Collection<UInt8>, serverOnly: Bool = false) throws(LDAPURLError) {
    let bytes = Array(text)
    guard bytes.count <= Self.maximumLength else { throw .tooLong(bytes.count) }
    let (scheme, rest) = try Self.scheme(bytes)
    self.scheme = scheme
    let end = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
    address = try Self.address(rest[..<end], scheme)
    guard !serverOnly, end < rest.endIndex else { return }
    let parts = rest[(end + 1)...].split(separator: UInt8(ascii: "?"), omittingEmptySubsequences: false)
    guard parts.count <= 5 else { throw .tooManyParts }
    dn = try Self.decoded(parts[0], .dn)
    if parts.count > 1 { attributes = try Self.attributes(parts[1]) }
    if parts.count > 2 { scope = try Self.scope(parts[2]) }
    if parts.count > 3, !parts[3].isEmpty { filter = try Self.decoded(parts[3], .filter) }
    if parts.count > 4 { bindName = try Self.bindName(parts[4]) }
  }

  private static func scheme(_ bytes: [UInt8]) throws(LDAPURLError) -> (Scheme, ArraySlice<UInt8>) {
    if let colon = bytes.firstIndex(of: UInt8(ascii: ":")), bytes[colon...].starts(with: "://".utf8),
      let scheme = Scheme(rawValue: String(decoding: bytes[..<colon], as: UTF8.self).lowercased())
    {
      return (scheme, bytes[(colon + 3)...])
    }
    // The text before an @ may be a password.
    throw bytes.contains(UInt8(ascii: "@")) ? .noScheme("…") : .noScheme(String(decoding: bytes, as: UTF8.self))
  }

  private static func address(_ authority: ArraySlice<UInt8>, _ scheme: Scheme) throws(LDAPURLError) -> ServerAddress {
    guard !authority.contains(UInt8(ascii: "@")) else { throw .user }
    guard !authority.contains(UInt8(ascii: "?")) else { throw .noSlash }
    let text = try decoded(authority, .host)
    do throws(NameProblem) {
      if scheme == .ldapi { return try ServerAddress(path: text.isEmpty ? defaultSocket : text) }
      let isPortAlone = text.utf8.first == UInt8(ascii: ":")
      return try ServerAddress(host: text.isEmpty || isPortAlone ? "localhost" + text : text, defaultPort: scheme.port)
    } catch {
      throw .server(error)
    }
  }

  /// Parses the names of attributes. Empty names are skipped, as libldap does, because the examples in OpenDKIM's
  /// documentation have a comma after the last name.
  private static func attributes(_ part: ArraySlice<UInt8>) throws(LDAPURLError) -> [String] {
    let names = try decoded(part, .attributes).utf8.split(separator: UInt8(ascii: ","))
    guard names.count <= maximumAttributes else { throw .tooManyAttributes(names.count) }
    var attributes: [String] = []
    for name in names {
      let name = String(Substring(name))
      guard LDAPAttribute.isName(name) || LDAPAttribute.isWildcard(name) else { throw .attribute(name) }
      attributes.append(name)
    }
    return attributes
  }

  /// Parses the scope: the words of RFC 4516, and further words that OpenLDAP accepts.
  private static func scope(_ part: ArraySlice<UInt8>) throws(LDAPURLError) -> Scope {
    let word = try decoded(part, .scope)
    switch word.lowercased() {
    case "", "base": return .base
    case "one", "onelevel": return .one
    case "sub", "subtree": return .sub
    case "children", "subord", "subordinate": return .children
    default: throw .scope(word)
    }
  }

  /// Parses the extensions, `[!]NAME[=VALUE],…`, and returns the value of `bindname`. An unknown extension with `!`
  /// (critical) is an error.
  private static func bindName(_ part: ArraySlice<UInt8>) throws(LDAPURLError) -> String? {
    var bindName: String?
    for entry in part.split(separator: UInt8(ascii: ",")) {
      let isCritical = entry.first == UInt8(ascii: "!")
      let pair = (isCritical ? entry.dropFirst() : entry).split(
        separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      let name = try decoded(pair[0], .extensions)
      if name.lowercased() == "bindname" {
        let value = try pair.count == 2 ? decoded(pair[1], .extensions) : ""
        if !value.isEmpty { bindName = value }
      } else if isCritical {
        throw .criticalExtension(name)
      }
    }
    return bindName
  }

  private static func decoded(_ part: ArraySlice<UInt8>, _ urlPart: LDAPURLError.Part) throws(LDAPURLError) -> String {
    guard let bytes = PercentCoding.decoded(part) else { throw .percent(urlPart) }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8(urlPart) }
    guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { throw .controlCharacter(urlPart) }
    return text
  }
}

/// Syntax of attribute names.
enum LDAPAttribute {
  static let longest = 256

  /// Whether a text is a name, or numbers separated by dots, followed by any options. // RFC 4512 §2.5
  static func isName(_ text: some StringProtocol) -> Bool {
    guard let first = text.utf8.first, text.utf8.count <= longest else { return false }
    return ASCII.isAlphanumeric(first)
      && text.utf8.allSatisfy { ASCII.isAlphanumeric($0) || "-._;".utf8.contains($0) }
  }

  /// Whether a text requests all user attributes (`*`) or all operational attributes (`+`).
  static func isWildcard(_ text: String) -> Bool { text == "*" || text == "+" }
}
