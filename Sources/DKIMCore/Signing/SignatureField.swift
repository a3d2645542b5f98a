/// A finished DKIM-Signature field, to be added at the top of the message.
public struct SignatureField: Sendable, Hashable {
  /// The name of the field.
  public static let name = "DKIM-Signature"
  /// Everything after the colon: a leading space, then the tags, folded with CRLF TAB, without CRLF at the end.
  public let value: [UInt8]

  /// The value without its leading space, for programs that write the space after the colon themselves.
  public var valueAfterSpace: ArraySlice<UInt8> { value.dropFirst() }

  /// The whole field, with CRLF at the end.
  public var octets: [UInt8] {
    Array(Self.name.utf8) + [UInt8(ascii: ":")] + value + [Octets.cr, Octets.lf]
  }
}

/// Writes the tags of a signature in OpenDKIM's order and folding: tags are separated by `; ` if the next one fits on
/// the line, otherwise by `;` CRLF TAB. Lines are never broken inside a word, so the signature is valid with every
/// canonicalization. // RFC 6376 §3.5
struct SignatureWriter {
  private static let width = 75
  private static let lineBreak: [UInt8] = [Octets.cr, Octets.lf, Octets.tab]

  private(set) var value: [UInt8] = [Octets.space]
  private var column = SignatureField.name.utf8.count + 2
  private var isFirst = true

  /// Writes `name=text` without breaking it.
  mutating func tag(_ name: StaticString, _ text: String) {
    separate(width: name.utf8CodeUnitCount + 1 + text.utf8.count)
    append(name)
    value.append(contentsOf: text.utf8)
    column += text.utf8.count
  }

  /// Writes `h=`. Like every tag, it starts on a new line if it does not fit completely on the current one. Only then
  /// may it be broken further, before a name.
  mutating func names(_ text: [UInt8]) {
    let mayBreak = separate(width: 2 + text.count)
    append("h" as StaticString)
    let colon = UInt8(ascii: ":")
    var names = text.split(separator: colon, omittingEmptySubsequences: false)[...]
    guard let first = names.popFirst() else { return }
    append(first)
    while let name = names.popFirst() {
      append([colon])
      // The semicolon after the last name must fit, too.
      if mayBreak, column + name.count + (names.isEmpty ? 1 : 0) > Self.width { continueLine() }
      append(name)
    }
  }

  /// Writes `z=`, which may be broken after any vertical bar, and within the value of a copy that is longer than a
  /// line.
  mutating func copies(_ text: [UInt8]) {
    var start = 0
    repeat {
      let end = text[start...].firstIndex(of: UInt8(ascii: "|")).map { $0 + 1 } ?? text.count
      if start == 0 {
        separate(width: 2 + end)
        append("z" as StaticString)
      } else if column + end - start > Self.width {
        continueLine()
      }
      append(copy: text[start..<end])
      start = end
    } while start < text.count
  }

  /// Appends a copy, breaking its value if necessary. White space is allowed anywhere in dkim-quoted-printable except
  /// inside `=XX`. No line begins with `b=`, because some verifiers would mistake it for the tag.
  /// // RFC 6376 §2.11
  private mutating func append(copy: ArraySlice<UInt8>) {
    let valueStart = copy.firstIndex(of: UInt8(ascii: ":")).map { $0 + 1 } ?? copy.endIndex
    append(copy[..<valueStart])
    var rest = copy[valueStart...]
    while !rest.isEmpty {
      let piece = rest[..<foldPoint(rest)]
      append(piece)
      rest = rest[piece.endIndex...]
      if !rest.isEmpty { continueLine() }
    }
  }

  /// Returns where to break the line; this can be the start of `rest` if the line has hardly any room left.
  private func foldPoint(_ rest: ArraySlice<UInt8>) -> Int {
    let piece = rest.prefix(max(Self.width - column, 0))
    guard piece.count < rest.count else { return rest.endIndex }
    if let sign = piece.dropFirst().lastIndex(of: UInt8(ascii: "=")) { return sign }
    var end = piece.endIndex
    if rest[end...].starts(with: "b=".utf8) { end += piece.isEmpty ? 1 : -1 }
    // A code at the start of the piece must fit completely.
    if rest.first == UInt8(ascii: "="), end - rest.startIndex < 3 { return rest.startIndex }
    return end
  }

  /// Writes `b=` without a value on a new line; only the value can follow.
  mutating func beginSignature() {
    value.append(UInt8(ascii: ";"))
    lineFeed()
    append("b" as StaticString)
  }

  /// Writes the value of `b=` in pieces that fill the lines.
  mutating func signature(_ base64: [UInt8]) {
    var rest = base64[...]
    while !rest.isEmpty {
      let piece = rest.prefix(Self.width - column)
      append(piece)
      rest = rest.dropFirst(piece.count)
      if !rest.isEmpty { continueLine() }
    }
  }

  /// Ends a tag and makes room for `width` bytes: starts a new line if they do not fit on the current one.
  /// - Returns: true if a new line was started.
  @discardableResult private mutating func separate(width: Int) -> Bool {
    defer { isFirst = false }
    guard !isFirst else { return false }
    value.append(UInt8(ascii: ";"))
    guard column + 2 + width > Self.width else {
      value.append(Octets.space)
      column += 2
      return false
    }
    lineFeed()
    return true
  }

  private mutating func lineFeed() {
    value += Self.lineBreak
    // A tab is up to eight columns wide.
    column = 8
  }

  /// Starts a new line within a tag.
  private mutating func continueLine() {
    lineFeed()
    append([Octets.space])
  }

  private mutating func append(_ name: StaticString) {
    name.withUTF8Buffer { unsafe value.append(contentsOf: $0) }
    value.append(UInt8(ascii: "="))
    column += name.utf8CodeUnitCount + 1
  }

  private mutating func append(_ octets: ArraySlice<UInt8>) {
    value += octets
    column += octets.count
  }
}
