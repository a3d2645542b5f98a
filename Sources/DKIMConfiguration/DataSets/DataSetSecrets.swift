/// Passwords in specifications, which no log and no error is to show.
///
/// Signs are looked for as scalars: in a string of characters a colon with a combining mark behind it is no colon.
enum DataSetSecrets {
  static let mask = "***"

  /// The specification with `***` for the password of `user:password@host`, the cookie of `erlang:`, and whatever
  /// follows a word like `pwd=` or `password=`, encoded or not.
  static func hidden(in specification: String) -> String {
    // Several URLs of servers; the one name behind `dsn:` or `redis:` may hold blanks, also within the password.
    let isOne = kind(of: specification) == "dsn" || isRedis(specification)
    let words =
      isOne ? [specification] : pieces(of: specification, at: " ")
    let text = words.map { hiddenUserInformation($0) }.joined(separator: " ")
    return hiddenSettings(kind(of: text) == "erlang" ? hiddenCookie(text) : text)
  }

  private static func kind(of text: String) -> String {
    TextOctets.folded(String(text.unicodeScalars.drop { $0 == " " || $0 == "\t" }.prefix { $0 != ":" }))
  }

  private static func pieces(of text: String, at sign: Unicode.Scalar) -> [String] {
    text.unicodeScalars.split(separator: sign, omittingEmptySubsequences: false).map { String($0) }
  }

  /// `scheme://user:password@host/…`; a password may hold any character, an at sign or a slash too.
  private static func hiddenUserInformation(_ text: String) -> String {
    guard let start = text.range(ofText: "://")?.upperBound else { return text }
    let scalars = text.unicodeScalars
    let rest = scalars[start...]
    guard let at = rest.lastIndex(of: "@"), !isDirectory(text, rest) else { return text }
    if let colon = rest[..<at].firstIndex(of: ":") {
      return String(scalars[...colon]) + mask + String(scalars[at...])
    }
    // Of a password without its colon too: it is the only thing that Redis logs in with more often than not.
    return isRedis(text) ? String(scalars[..<start]) + mask + String(scalars[at...]) : text
  }

  /// Whether it is the URL of a directory with nothing but a server before the first slash: a filter may hold any sign,
  /// and no password.
  private static func isDirectory(_ text: String, _ rest: Substring.UnicodeScalarView) -> Bool {
    guard ["ldap", "ldaps", "ldapi"].contains(kind(of: text)) else { return false }
    let server = rest.prefix { $0 != "/" }
    let end = server.first == "[" ? server.drop { $0 != "]" } : server
    let parts = end.split(separator: ":", omittingEmptySubsequences: false)
    return !server.contains("@") && parts.count <= 2
      && parts.dropFirst().allSatisfy { $0.allSatisfy { ("0"..."9").contains($0) } }
  }

  private static func isRedis(_ text: String) -> Bool {
    ["redis", "rediss"].contains(kind(of: text))
  }

  /// `erlang:NODES:COOKIE:MODULE:FUNCTION`; of a cookie with colons in it no part is shown.
  private static func hiddenCookie(_ text: String) -> String {
    var fields = pieces(of: text, at: ":")
    if fields.count > 2 { fields.replaceSubrange(2..<max(3, fields.count - 2), with: [mask]) }
    return fields.joined(separator: ":")
  }

  /// `pwd=…` and `password=…` up to the next semicolon, question mark, slash or blank; the signs may be written in
  /// quoted-printable.
  private static func hiddenSettings(_ text: String) -> String {
    var result = text.unicodeScalars
    for word in ["pwd", "password", "passwd"] {
      for sign in ["=3d", "="] {
        var from = result.startIndex
        while let found = result.range(ofText: word + sign, from: from) {
          let end = result[found.upperBound...].firstIndex { ";?/ ".unicodeScalars.contains($0) } ?? result.endIndex
          let stop = result.range(ofText: "=3b", from: found.upperBound).map { min($0.lowerBound, end) } ?? end
          let length = result.distance(from: result.startIndex, to: found.upperBound) + mask.count
          result.replaceSubrange(found.upperBound..<stop, with: mask.unicodeScalars)
          from = result.index(result.startIndex, offsetBy: length)
        }
      }
    }
    return String(result)
  }
}

extension String {
  fileprivate func range(ofText text: String) -> Range<Index>? { unicodeScalars.range(ofText: text) }
}

extension String.UnicodeScalarView {
  /// Where `text` stands, whatever the case of ASCII letters.
  fileprivate func range(ofText text: String, from start: Index? = nil) -> Range<Index>? {
    var index = start ?? startIndex
    let wanted = TextOctets.folded(text).unicodeScalars
    while index < endIndex {
      let found = self[index...].prefix(wanted.count)
      if TextOctets.folded(String(found)).unicodeScalars.elementsEqual(wanted) { return index..<found.endIndex }
      index = self.index(after: index)
    }
    return nil
  }
}
