/// The text after `redis:` and `rediss:`: a server, its login, and the prefix of every key.
///
/// `//[[USER]:PASSWORD@]HOST[:PORT][/DB]/PREFIX`. User, password, host and prefix may contain `%XX`; a host that is the
/// path of a unix socket has `%2F` for its slashes.
struct RedisName: Sendable, Hashable {
  let server: ServerAddress
  /// `nil`: the user "default".
  let user: String?
  let password: String?
  /// `nil`: the database that every connection starts with.
  let database: Int?
  let prefix: String

  static let port = 6379
  private static let form = "//[[USER]:PASSWORD@]HOST[:PORT][/DB]/PREFIX"

  init(_ text: String) throws(NameProblem) {
    guard text.utf8.starts(with: "//".utf8) else {
      throw NameProblem(found: "no // after the kind", expected: Self.form)
    }
    let rest = text.utf8.dropFirst(2)
    guard let slash = rest.firstIndex(of: UInt8(ascii: "/")) else {
      throw NameProblem(found: "no slash and prefix after the server", expected: Self.form)
    }
    let path = rest[rest.index(after: slash)...]
    // The slash may be part of a password, so nothing of the text is quoted.
    guard !path.contains(UInt8(ascii: "@")) else {
      throw NameProblem(
        found: "an @ after the first slash", expected: "%2F for a / in a password, and %40 for an @ in a prefix")
    }
    let authority = rest[..<slash]
    let at = authority.lastIndex(of: UInt8(ascii: "@"))
    (user, password) = try at.map { at throws(NameProblem) in try Self.login(authority[..<at]) } ?? (nil, nil)
    server = try Self.server(authority[(at.map { authority.index(after: $0) } ?? authority.startIndex)...])
    (database, prefix) = try Self.location(path)
  }

  private static func login(_ text: Substring.UTF8View) throws(NameProblem) -> (user: String?, password: String?) {
    guard let colon = text.firstIndex(of: UInt8(ascii: ":")) else {
      throw NameProblem(found: "no colon before the @", expected: ":PASSWORD@ or USER:PASSWORD@")
    }
    let user = try decoded(text[..<colon], as: "the user")
    let password = try decoded(text[text.index(after: colon)...], as: "the password")
    return (user.isEmpty ? nil : user, password)
  }

  private static func server(_ text: Substring.UTF8View) throws(NameProblem) -> ServerAddress {
    let name = try decoded(text, as: "the server")
    if name.utf8.first == UInt8(ascii: "/") { return try ServerAddress(path: name) }
    // If a slash was mistyped for the at sign, the password looks like a port.
    if let colon = name.utf8.lastIndex(of: UInt8(ascii: ":")), name.utf8.last != UInt8(ascii: "]"),
      ServerText.number(name.utf8[name.utf8.index(after: colon)...]) == nil
    {
      throw NameProblem(
        found: "no number after the last colon of the server", expected: "HOST or HOST:PORT; \(form)")
    }
    return try ServerAddress(host: name, defaultPort: port)
  }

  private static func location(_ path: Substring.UTF8View) throws(NameProblem) -> (database: Int?, prefix: String) {
    let parts = path.split(separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
    let digits = parts.first.flatMap { ServerText.number($0) }
    if digits != nil, parts.count == 1 {
      throw NameProblem(
        found: "a number without a prefix after it", expected: "/DB/PREFIX, or a prefix that is not a number")
    }
    let database = parts.count == 2 ? digits : nil
    let prefix = try decoded(database == nil ? path : parts[1], as: "the prefix")
    guard !prefix.isEmpty, !prefix.utf8.contains(0), prefix.utf8.count < RedisKey.longest else {
      throw NameProblem(
        found: prefix.isEmpty ? "an empty prefix" : "an unusable prefix",
        expected: "the text before the colon of every key, fewer than \(RedisKey.longest) bytes without NUL")
    }
    return (database, prefix)
  }

  private static func decoded(_ text: Substring.UTF8View, as what: String) throws(NameProblem) -> String {
    guard let bytes = PercentCoding.decoded(text) else {
      throw NameProblem(
        found: "\(what) has a % that is not followed by two hexadecimal digits",
        expected: "%XX, and %25 for the percent sign itself")
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
