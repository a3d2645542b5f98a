/// Why a text is not a valid LDAP name. It never shows text before an `@`, which may be a login.
enum LDAPURLError: Error, Sendable, Hashable {
  /// A piece of a URL.
  enum Part: String, Sendable, Hashable {
    case host, dn = "DN", attributes, scope, filter, extensions
  }

  case empty
  /// The URL is too long; its length in bytes.
  case tooLong(Int)
  case tooManyURLs(Int)
  /// A text between blanks that does not begin with an LDAP scheme such as `ldap://`.
  case noScheme(String)
  /// A user before the host.
  case user
  case server(NameProblem)
  case noSlash
  case tooManyParts
  /// A percent sign that is not followed by two hexadecimal digits.
  case percent(Part)
  case notUTF8(Part)
  case controlCharacter(Part)
  case attribute(String)
  case tooManyAttributes(Int)
  case scope(String)
  case criticalExtension(String)
  case filter(LDAPFilterError)
}

extension LDAPURLError {
  private static let form = "ldap://HOST/DN?ATTRIBUTES?SCOPE?FILTER"

  var found: String {
    switch self {
    case .empty: "no URL"
    case .tooLong(let count): "a URL of \(count) bytes"
    case .tooManyURLs(let count): "\(count) URLs"
    case .noScheme(let text): "\"\(ServerText.shown(text))\" is not an LDAP URL"
    case .user: "a user or a password before the host"
    case .server(let problem): problem.found
    case .noSlash: "a ? without a slash before it"
    case .tooManyParts: "more than four question marks"
    case .percent(let part): "a % that is not followed by two hexadecimal digits (\(part.rawValue))"
    case .notUTF8(let part): "bytes that are not UTF-8 (\(part.rawValue))"
    case .controlCharacter(let part): "a control character (\(part.rawValue))"
    case .attribute(let text): "\"\(ServerText.shown(text))\" is not an attribute name"
    case .tooManyAttributes(let count): "\(count) attributes"
    case .scope(let text): "the scope \"\(ServerText.shown(text))\""
    case .criticalExtension(let name): "the extension \"\(ServerText.shown(name))\", which is marked as critical"
    case .filter(let error): error.found
    }
  }

  var expected: String {
    switch self {
    case .empty: Self.form
    case .tooLong: "at most \(LDAPURL.maximumLength)"
    case .tooManyURLs: "at most \(LDAPName.mostServers)"
    case .noScheme: "\(Self.form), and more servers after blanks; a blank within a URL is written %20"
    case .user: "only the host: LDAPBindUser and LDAPBindPassword set the login"
    case .server(let problem): problem.expected
    case .noSlash: "\(Self.form)"
    case .tooManyParts: "\(Self.form); a question mark within a part is written %3F"
    case .percent: "%XX, and %25 for the percent sign itself"
    case .notUTF8: "UTF-8, also in bytes written as %XX"
    case .controlCharacter: "text without control characters, also in bytes written as %XX"
    case .attribute: "names of letters, digits and hyphens, separated by commas"
    case .tooManyAttributes: "at most \(LDAPURL.maximumAttributes)"
    case .scope: "one of: base one sub"
    case .criticalExtension: "bindname, or no \"!\" before the extension"
    case .filter(let error): error.expected
    }
  }
}
