internal import DKIMCore

/// Hides user and password before a host name, also if the specification is mistyped: errors show mistyped
/// specifications, so that is where a password is most likely to leak.
enum DataSetLogin {
  /// True if a login may follow the kind: for kinds with one server, and for unknown kinds, which may be misspelled.
  static func isPossible(after kind: String) -> Bool {
    DataSetKind(rawValue: kind)?.mayHaveLogin ?? true
  }

  /// Returns the specification with `***` in place of the password, or of the whole login if its form is invalid.
  static func hidden(in text: String, kind: String) -> String {
    let scalars = text.unicodeScalars
    guard let colon = scalars.firstIndex(of: ":"), !isList(text, kind) else { return text }
    let afterColon = scalars[scalars.index(after: colon)...]
    let start = login(in: afterColon, kind)
    guard let at = afterColon.lastIndex(of: "@") else { return withoutAt(text, afterColon, login: start, kind) }
    guard let start, start <= at else { return replaced(text, afterColon.startIndex..<at) }
    if let sign = scalars[start..<at].firstIndex(of: ":") {
      return replaced(text, scalars.index(after: sign)..<at)
    }
    // Without a colon, a Redis login is usually only a password; an SQL login is only a user.
    return kind == "dsn" ? text : replaced(text, start..<at)
  }

  /// The start of the login, after `backend://` for `dsn:` or after `//` for other kinds; `nil` if the form is invalid.
  private static func login(in afterColon: Substring.UnicodeScalarView, _ kind: String) -> String.Index? {
    var rest = afterColon
    if kind == "dsn" {
      rest = rest.drop(while: isWord)
      guard rest.startIndex != afterColon.startIndex, rest.first == ":" else { return nil }
      rest = rest.dropFirst()
      if rest.first == ":" { rest = rest.dropFirst() }
    }
    return rest.starts(with: "//".unicodeScalars) ? rest.dropFirst(2).startIndex : nil
  }

  /// Handles a specification without an at sign. It may be missing by mistake, so text after a colon, up to the next
  /// slash, may be a password.
  private static func withoutAt(
    _ text: String, _ afterColon: Substring.UnicodeScalarView, login: String.Index?, _ kind: String
  ) -> String {
    var rest = login.map { afterColon[$0...] } ?? afterColon
    if login == nil, kind == "dsn" {
      rest = rest.drop(while: isWord)
      let signs = rest.prefix { $0 == ":" || $0 == "/" }
      rest = rest[signs.endIndex...]
      // `dsn:user:password`, without a back end.
      if signs.contains(":"), !signs.contains("/") { return replaced(text, ifAny: upToSlash(rest)) }
    } else if login == nil {
      rest = rest.drop { $0 == "/" }
    }
    let server = rest[upToSlash(rest)]
    let name = server.first == "[" ? server.drop { $0 != "]" } : server
    guard let colon = name.firstIndex(of: ":") else { return text }
    let value = name[name.index(after: colon)...]
    let isPort = kind != "dsn" && DataSetKind(rawValue: kind) != nil && value.count <= 5 && value.allSatisfy(isDigit)
    return isPort ? text : replaced(text, ifAny: value.startIndex..<value.endIndex)
  }

  private static func upToSlash(_ rest: Substring.UnicodeScalarView) -> Range<String.Index> {
    rest.startIndex..<rest.prefix { $0 != "/" }.endIndex
  }

  /// True for a list or a path without a kind that contains colons.
  private static func isList(_ text: String, _ kind: String) -> Bool {
    DataSetKind(rawValue: kind) == nil && (try? DataSetSpecification(text)) != nil
  }

  /// Returns the text unchanged if the range is empty, because text without an at sign then has no password to mask.
  private static func replaced(_ text: String, ifAny range: Range<String.Index>) -> String {
    range.isEmpty ? text : replaced(text, range)
  }

  /// Also masks an empty password, so that the output does not reveal that it is empty.
  private static func replaced(_ text: String, _ range: Range<String.Index>) -> String {
    String(text.unicodeScalars[..<range.lowerBound]) + DataSetSecrets.mask
      + String(text.unicodeScalars[range.upperBound...])
  }

  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    UInt8(exactly: scalar.value).map { ASCII.isAlphanumeric($0) || $0 == UInt8(ascii: "_") } ?? false
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
}
