/// Passwords in specifications, which no log and no error is to show.
enum DataSetSecrets {
  static let mask = "***"

  /// The specification with `***` for the password of `user:password@host`, the cookie of `erlang:`, and whatever
  /// follows a word like `pwd=` or `password=`, encoded or not.
  static func hidden(in specification: String) -> String {
    // Several URLs of servers; the one name behind `dsn:` or `redis:` may hold blanks, also within the password.
    let isOne = kind(of: specification) == "dsn" || isRedis(specification)
    let words =
      isOne ? [specification[...]] : specification.split(separator: " ", omittingEmptySubsequences: false)
    let text = words.map { hiddenUserInformation(String($0)) }.joined(separator: " ")
    return hiddenSettings(kind(of: text) == "erlang" ? hiddenCookie(text) : text)
  }

  private static func kind(of text: String) -> String {
    TextOctets.folded(String(text.drop { " \t".contains($0) }.prefix { $0 != ":" }))
  }

  /// `scheme://user:password@host/…`; a password may hold any character, an at sign or a slash too.
  private static func hiddenUserInformation(_ text: String) -> String {
    guard let start = text.range(ofText: "://")?.upperBound else { return text }
    let rest = text[start...]
    guard let at = rest.lastIndex(of: "@"), !isDirectory(text, rest) else { return text }
    if let colon = rest[..<at].firstIndex(of: ":") { return String(text[...colon]) + mask + text[at...] }
    // Of a password without its colon too: it is the only thing that Redis logs in with more often than not.
    return isRedis(text) ? String(text[..<start]) + mask + text[at...] : text
  }

  /// Whether it is the URL of a directory with nothing but a server before the first slash: a filter may hold any sign,
  /// and no password.
  private static func isDirectory(_ text: String, _ rest: Substring) -> Bool {
    guard ["ldap", "ldaps", "ldapi"].contains(kind(of: text)) else { return false }
    let server = rest.prefix { $0 != "/" }
    let end = server.hasPrefix("[") ? server.drop { $0 != "]" } : server
    let parts = end.split(separator: ":", omittingEmptySubsequences: false)
    return !server.contains("@") && parts.count <= 2 && parts.dropFirst().allSatisfy { $0.allSatisfy(\.isWholeNumber) }
  }

  private static func isRedis(_ text: String) -> Bool {
    ["redis", "rediss"].contains(kind(of: text))
  }

  /// `erlang:NODES:COOKIE:MODULE:FUNCTION`; of a cookie with colons in it no part is shown.
  private static func hiddenCookie(_ text: String) -> String {
    var fields = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    if fields.count > 2 { fields.replaceSubrange(2..<max(3, fields.count - 2), with: [mask]) }
    return fields.joined(separator: ":")
  }

  /// `pwd=…` and `password=…` up to the next semicolon, question mark, slash or blank; the signs may be written in
  /// quoted-printable.
  private static func hiddenSettings(_ text: String) -> String {
    var result = text
    for word in ["pwd", "password", "passwd"] {
      for sign in ["=3d", "="] {
        var from = result.startIndex
        while let found = result.range(ofText: word + sign, from: from) {
          let end = result[found.upperBound...].firstIndex { ";?/ ".contains($0) } ?? result.endIndex
          let stop = result.range(ofText: "=3b", from: found.upperBound).map { min($0.lowerBound, end) } ?? end
          let length = result.distance(from: result.startIndex, to: found.upperBound) + mask.count
          result.replaceSubrange(found.upperBound..<stop, with: mask)
          from = result.index(result.startIndex, offsetBy: length)
        }
      }
    }
    return result
  }
}

extension String {
  /// Where `text` stands, whatever the case of ASCII letters.
  fileprivate func range(ofText text: String, from start: Index? = nil) -> Range<Index>? {
    var index = start ?? startIndex
    let wanted = Array(text.utf8).map { TextOctets.folded($0) }
    while index < endIndex {
      let rest = utf8[index...]
      if rest.prefix(wanted.count).map({ TextOctets.folded($0) }) == wanted {
        return index..<utf8.index(index, offsetBy: wanted.count)
      }
      index = self.index(after: index)
    }
    return nil
  }
}
