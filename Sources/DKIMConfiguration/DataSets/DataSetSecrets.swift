/// Hides passwords in specifications of data sets, so that logs and errors do not show them.
///
/// Delimiters are compared as Unicode scalars: as a character, a colon with a combining mark after it is not a colon.
package enum DataSetSecrets {
  static let mask = "***"

  /// Returns the specification with `***` in place of the password in `user:password@host`, the cookie of `erlang:`,
  /// and the text after words such as `pwd=` or `password=`, encoded or not.
  package static func hidden(in specification: String) -> String {
    // Other kinds may name several servers by URLs, separated by spaces. The one name after `dsn:`, `redis:` or a
    // misspelling of them may contain spaces, even in the password.
    let name = kind(of: specification)
    let isOne = DataSetLogin.isPossible(after: name)
    let text =
      isOne
      ? DataSetLogin.hidden(in: specification, kind: name)
      : pieces(of: specification, at: " ").map { hiddenUserInformation($0) }.joined(separator: " ")
    return hiddenSettings(kind(of: text) == "erlang" ? hiddenCookie(text) : text, blankEnds: !isOne)
  }

  private static func kind(of text: String) -> String {
    TextBytes.folded(String(text.unicodeScalars.drop { $0 == " " || $0 == "\t" }.prefix { $0 != ":" }))
  }

  private static func pieces(of text: String, at sign: Unicode.Scalar) -> [String] {
    text.unicodeScalars.split(separator: sign, omittingEmptySubsequences: false).map { String($0) }
  }

  /// Hides the password in `scheme://user:password@host/…`. A password may contain any character, even an at sign or a
  /// slash.
  private static func hiddenUserInformation(_ text: String) -> String {
    guard let start = text.range(ofText: "://")?.upperBound else { return text }
    let scalars = text.unicodeScalars
    let rest = scalars[start...]
    guard let at = rest.lastIndex(of: "@"), !isDirectory(text, rest),
      let colon = rest[..<at].firstIndex(of: ":")
    else { return text }
    return String(scalars[...colon]) + mask + String(scalars[at...])
  }

  /// True for an LDAP URL that has only a server before the first slash. Its search filter may contain any character,
  /// but no password.
  private static func isDirectory(_ text: String, _ rest: Substring.UnicodeScalarView) -> Bool {
    guard ["ldap", "ldaps", "ldapi"].contains(kind(of: text)) else { return false }
    let server = rest.prefix { $0 != "/" }
    let end = server.first == "[" ? server.drop { $0 != "]" } : server
    let parts = end.split(separator: ":", omittingEmptySubsequences: false)
    return !server.contains("@") && parts.count <= 2
      && parts.dropFirst().allSatisfy { $0.allSatisfy { ("0"..."9").contains($0) } }
  }

  /// Hides the cookie in `erlang:NODES:COOKIE:MODULE:FUNCTION`, even if it contains colons.
  private static func hiddenCookie(_ text: String) -> String {
    var fields = pieces(of: text, at: ":")
    if fields.count > 2 { fields.replaceSubrange(2..<max(3, fields.count - 2), with: [mask]) }
    return fields.joined(separator: ":")
  }

  // MARK: Settings

  /// A scalar of a text, or a byte that is written in quoted-printable.
  private struct Sign {
    let value: Unicode.Scalar
    let range: Range<String.Index>
  }

  /// Hides the values of `pwd=…` and `password=…`.
  ///
  /// A value ends at the next semicolon, question mark or slash; a value in braces includes the closing brace.
  /// Characters may be written in quoted-printable, and there may be white space around the equals sign.
  ///
  /// - Parameter blankEnds: whether a space ends the value.
  private static func hiddenSettings(_ text: String, blankEnds: Bool) -> String {
    let signs = signs(of: text.unicodeScalars)
    var result = ""
    var shown = text.startIndex
    var next = 0
    while next < signs.count {
      guard let name = nameEnd(in: signs, from: next), let value = valueStart(in: signs, behind: name, text) else {
        next += 1
        continue
      }
      next = valueEnd(in: signs, from: value.sign, text, blankEnds: blankEnds)
      result += String(text.unicodeScalars[shown..<value.index]) + mask
      shown = next < signs.count ? signs[next].range.lowerBound : text.endIndex
    }
    return result + String(text.unicodeScalars[shown...])
  }

  private static func signs(of text: String.UnicodeScalarView) -> [Sign] {
    var signs: [Sign] = []
    var index = text.startIndex
    while index < text.endIndex {
      let piece = text[index...].prefix(3)
      let digits = String(piece.dropFirst())
      // `UInt8(_:radix:)` would accept a plus sign.
      if piece.first == "=", digits.utf8.count == 2, digits.utf8.first != UInt8(ascii: "+"),
        let byte = UInt8(digits, radix: 16)
      {
        signs.append(Sign(value: Unicode.Scalar(byte), range: index..<piece.endIndex))
        index = piece.endIndex
      } else {
        let end = text.index(after: index)
        signs.append(Sign(value: text[index], range: index..<end))
        index = end
      }
    }
    return signs
  }

  /// The index after the name of a password setting that starts at `start`; `nil` if there is none.
  private static func nameEnd(in signs: [Sign], from start: Int) -> Int? {
    for name in ["pwd", "password", "passwd"] {
      let found = signs[start...].prefix(name.utf8.count)
      if zip(found, name.unicodeScalars).allSatisfy({ $0.value == $1 || $0.value.value == $1.value - 32 }),
        found.count == name.utf8.count
      {
        return found.endIndex
      }
    }
    return nil
  }

  /// The start of the value after a name; `nil` if no equals sign follows the name.
  private static func valueStart(
    in signs: [Sign], behind name: Int, _ text: String
  ) -> (sign: Int, index: String.Index)? {
    func skippingBlanks(from start: Int) -> Int {
      start + signs[start...].prefix { $0.value == " " || $0.value == "\t" }.count
    }
    let equals = skippingBlanks(from: name)
    if equals < signs.count, signs[equals].value == "=" {
      let value = skippingBlanks(from: equals + 1)
      return (value, value < signs.count ? signs[value].range.lowerBound : text.endIndex)
    }
    // An equals sign that was decoded as the start of a quoted-printable byte.
    guard name < signs.count, text.unicodeScalars[signs[name].range.lowerBound] == "=" else { return nil }
    let index = text.unicodeScalars.index(after: signs[name].range.lowerBound)
    return (signs[name].value == "{" ? name : name + 1, index)
  }

  private static func valueEnd(in signs: [Sign], from start: Int, _ text: String, blankEnds: Bool) -> Int {
    var next = start
    if next < signs.count, signs[next].value == "{" {
      next += 1
      // A closing brace inside braces is doubled.
      while next < signs.count {
        let isBrace = signs[next].value == "}"
        let isDoubled = isBrace && next + 1 < signs.count && signs[next + 1].value == "}"
        next += isDoubled ? 2 : 1
        if isBrace, !isDoubled { break }
      }
    }
    return next
      + signs[next...].prefix { sign in
        if sign.value == ";" { return false }
        let written = text.unicodeScalars[sign.range.lowerBound]
        return written != "?" && written != "/" && !(blankEnds && written == " ")
      }.count
  }
}

extension String {
  func range(ofText text: String) -> Range<Index>? { unicodeScalars.range(ofText: text) }
}

extension String.UnicodeScalarView {
  /// The first occurrence of `text`, ignoring the case of ASCII letters.
  fileprivate func range(ofText text: String) -> Range<Index>? {
    var index = startIndex
    let wanted = TextBytes.folded(text).unicodeScalars
    while index < endIndex {
      let found = self[index...].prefix(wanted.count)
      if TextBytes.folded(String(found)).unicodeScalars.elementsEqual(wanted) { return index..<found.endIndex }
      index = self.index(after: index)
    }
    return nil
  }
}
