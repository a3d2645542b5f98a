/// What stands behind `redis:` and `rediss:`: a server, how to log in there, and what every key begins with.
///
/// `//[[USER]:PASSWORD@]HOST[:PORT][/DB]/PREFIX`. User, password, host and prefix may hold `%XX`; a host that is the
/// path of a unix socket has `%2F` for its slashes.
struct RedisName: Sendable, Hashable {
  let server: ServerAddress
  /// `nil`: the user "default".
  let user: String?
  let password: String?
  /// `nil`: the one that every connection begins with.
  let database: Int?
  let prefix: String

  static let port = 6379
  private static let form = "//[[USER]:PASSWORD@]HOST[:PORT][/DB]/PREFIX"

  init(_ text: String) throws(NameProblem) {
    guard text.utf8.starts(with: "//".utf8) else {
      throw NameProblem(found: "no // behind the kind", expected: Self.form)
    }
    let rest = text.utf8.dropFirst(2)
    guard let slash = rest.firstIndex(of: UInt8(ascii: "/")) else {
      throw NameProblem(found: "no slash and prefix behind the server", expected: Self.form)
    }
    let path = rest[rest.index(after: slash)...]
    // The slash may belong to a password, and then nothing of this may be quoted.
    guard !path.contains(UInt8(ascii: "@")) else {
      throw NameProblem(
        found: "an @ behind the first slash", expected: "a / in a password to be written %2F, and an @ in a prefix %40")
    }
    let authority = rest[..<slash]
    let at = authority.lastIndex(of: UInt8(ascii: "@"))
    (user, password) = try at.map { at throws(NameProblem) in try Self.login(authority[..<at]) } ?? (nil, nil)
    server = try Self.server(authority[(at.map { authority.index(after: $0) } ?? authority.startIndex)...])
    (database, prefix) = try Self.place(path)
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
    // A slash written for the at sign makes a port of the password.
    if let colon = name.utf8.lastIndex(of: UInt8(ascii: ":")), name.utf8.last != UInt8(ascii: "]"),
      ServerText.number(name.utf8[name.utf8.index(after: colon)...]) == nil
    {
      throw NameProblem(
        found: "no number stands behind the last colon of the server", expected: "HOST or HOST:PORT; \(form)")
    }
    return try ServerAddress(host: name, defaultPort: port)
  }

  private static func place(_ path: Substring.UTF8View) throws(NameProblem) -> (database: Int?, prefix: String) {
    let parts = path.split(separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
    let digits = parts.first.flatMap { ServerText.number($0) }
    if digits != nil, parts.count == 1 {
      throw NameProblem(
        found: "a number and no prefix behind it", expected: "/DB/PREFIX, or a prefix that is no number")
    }
    let database = parts.count == 2 ? digits : nil
    let prefix = try decoded(database == nil ? path : parts[1], as: "the prefix")
    guard !prefix.isEmpty, !prefix.utf8.contains(0), prefix.utf8.count < RedisKey.longest else {
      throw NameProblem(
        found: prefix.isEmpty ? "an empty prefix" : "a prefix that no key can begin with",
        expected: "what stands before the colon of every key, fewer than \(RedisKey.longest) octets")
    }
    return (database, prefix)
  }

  private static func decoded(_ text: Substring.UTF8View, as what: String) throws(NameProblem) -> String {
    guard let octets = PercentCoding.decoded(text) else {
      throw NameProblem(
        found: "\(what) has a % without two hexadecimal digits behind it", expected: "%XX, and %25 for the sign itself")
    }
    return String(decoding: octets, as: UTF8.self)
  }
}
