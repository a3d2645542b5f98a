/// Passwords in specifications, which no log and no error is to show.
///
/// Signs are looked for as scalars: in a string of characters a colon with a combining mark behind it is no colon.
package enum DataSetSecrets {
  static let mask = "***"

  /// The specification with `***` for the password of `user:password@host`, the cookie of `erlang:`, and whatever
  /// follows a word like `pwd=` or `password=`, encoded or not.
  package static func hidden(in specification: String) -> String {
    // Several URLs of servers; the one name behind `dsn:`, `redis:` or what was meant to be one of them may hold blanks,
    // also within the password.
    let name = kind(of: specification)
    let isOne = DataSetLogin.mayBe(behind: name)
    let text =
      isOne
      ? DataSetLogin.hidden(in: specification, kind: name)
      : pieces(of: specification, at: " ").map { hiddenUserInformation($0) }.joined(separator: " ")
    return hiddenSettings(kind(of: text) == "erlang" ? hiddenCookie(text) : text, blankEnds: !isOne)
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
    guard let at = rest.lastIndex(of: "@"), !isDirectory(text, rest),
      let colon = rest[..<at].firstIndex(of: ":")
    else { return text }
    return String(scalars[...colon]) + mask + String(scalars[at...])
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

  /// `erlang:NODES:COOKIE:MODULE:FUNCTION`; of a cookie with colons in it no part is shown.
  private static func hiddenCookie(_ text: String) -> String {
    var fields = pieces(of: text, at: ":")
    if fields.count > 2 { fields.replaceSubrange(2..<max(3, fields.count - 2), with: [mask]) }
    return fields.joined(separator: ":")
  }

  // MARK: Settings

  /// A scalar of a text, or one that is written in quoted-printable there.
  private struct Sign {
    let value: Unicode.Scalar
    let range: Range<String.Index>
  }

  /// `pwd=…` and `password=…` up to the next semicolon, question mark or slash, and a value in braces up to the closing
  /// one. The signs may be written in quoted-printable, and blanks may stand around the equals sign.
  ///
  /// - Parameter blankEnds: whether a blank stands behind the value, not in it.
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
      // No sign before the digits, which a number could have.
      if piece.first == "=", digits.utf8.count == 2, digits.utf8.first != UInt8(ascii: "+"),
        let octet = UInt8(digits, radix: 16)
      {
        signs.append(Sign(value: Unicode.Scalar(octet), range: index..<piece.endIndex))
        index = piece.endIndex
      } else {
        let end = text.index(after: index)
        signs.append(Sign(value: text[index], range: index..<end))
        index = end
      }
    }
    return signs
  }

  /// Behind the name of a password that begins at a place.
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

  /// Where the value behind a name begins.
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
    // An equals sign that could be taken for the beginning of a number.
    guard name < signs.count, text.unicodeScalars[signs[name].range.lowerBound] == "=" else { return nil }
    let index = text.unicodeScalars.index(after: signs[name].range.lowerBound)
    return (signs[name].value == "{" ? name : name + 1, index)
  }

  private static func valueEnd(in signs: [Sign], from start: Int, _ text: String, blankEnds: Bool) -> Int {
    var next = start
    if next < signs.count, signs[next].value == "{" {
      next += 1
      // A brace within braces is doubled.
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
  /// Where `text` stands, whatever the case of ASCII letters.
  fileprivate func range(ofText text: String) -> Range<Index>? {
    var index = startIndex
    let wanted = TextOctets.folded(text).unicodeScalars
    while index < endIndex {
      let found = self[index...].prefix(wanted.count)
      if TextOctets.folded(String(found)).unicodeScalars.elementsEqual(wanted) { return index..<found.endIndex }
      index = self.index(after: index)
    }
    return nil
  }
}
