/// A finished DKIM-Signature field, to be added at the top of the message.
public struct SignatureField: Sendable, Hashable {
  /// The name of the field.
  public static let name = "DKIM-Signature"
  /// Everything after the colon: a leading space, then the tags, folded with CRLF TAB, without CRLF at the end.
  public let value: [UInt8]

  /// The value without its leading space, for programs that write the space after the colon themselves.
  public var valueAfterSpace: ArraySlice<UInt8> { value.dropFirst() }

  /// The whole field, with CRLF at the end.
  public var bytes: [UInt8] {
    Array(Self.name.utf8) + [UInt8(ascii: ":")] + value + [Bytes.cr, Bytes.lf]
  }
}

/// Writes the tags of a signature in OpenDKIM's order and folding: tags are separated by `; ` if the next one fits on
/// the line, otherwise by `;` CRLF TAB. Lines are never broken inside a word, so the signature is valid with every
/// canonicalization. // RFC 6376 §3.5
struct SignatureWriter {
  private static let width = 75
  private static let lineBreak: [UInt8] = [Bytes.cr, Bytes.lf, Bytes.tab]

  private(set) var value: [UInt8] = [Bytes.space]
  private var column = SignatureField.name.utf8.count + 2
  private var isFirst = true

  /// Writes `name=text` without breaking it.
  mutating func tag(_ name: StaticString, _ text: String) {
    separate(width: name.utf8CodeUnitCount + 1 + text.utf8.count)
    append(name)
    value.append(contentsOf: text.utf8)
    column += text.utf8.count
  }

  /// Writes a tag of an extension.
  mutating func tag(extension name: String, _ text: String) {
    separate(width: name.utf8.count + 1 + text.utf8.count)
    append(Array("\(name)=\(text)".utf8)[...])
  }

  /// Writes `h=`. Like every tag, it starts on a new line if it does not fit completely on the current one. Only a
  /// list that starts on a new line may be broken further, before a name.
  mutating func names(_ names: ByteList) {
    let colons = max(names.count - 1, 0)
    let mayBreak = separate(width: 2 + names.byteCount + colons)
    append("h" as StaticString)
    for number in 0..<names.count {
      let name = names[number]
      if number > 0 {
        value.append(UInt8(ascii: ":"))
        column += 1
        // The semicolon after the last name must fit, too.
        if mayBreak, column + name.count + (number == colons ? 1 : 0) > Self.width { continueLine() }
      }
      append(name)
    }
  }

  /// Writes `z=`, which may be broken after any vertical bar, and within the value of a copy that is longer than a
  /// line.
  /// - Parameter copies: the copies, each with a vertical bar at its end; that of the last one is left out.
  mutating func copies(_ copies: [[UInt8]]) {
    for (number, copy) in copies.enumerated() {
      let copy = number == copies.count - 1 ? copy.dropLast() : copy[...]
      if number == 0 {
        separate(width: 2 + copy.count)
        append("z" as StaticString)
      } else if column + copy.count > Self.width {
        continueLine()
      }
      append(copy: copy)
    }
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
    // Break before the last `=XX` on the line, which may not fit completely.
    if let code = piece.dropFirst().lastIndex(of: UInt8(ascii: "=")) { return code }
    var end = piece.endIndex
    if rest[end...].starts(with: "b=".utf8) { end += piece.isEmpty ? 1 : -1 }
    // An `=XX` at the start of the piece must fit completely.
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
      value.append(Bytes.space)
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
    append([Bytes.space])
  }

  private mutating func append(_ name: StaticString) {
    name.withUTF8Buffer { unsafe value.append(contentsOf: $0) }
    value.append(UInt8(ascii: "="))
    column += name.utf8CodeUnitCount + 1
  }

  private mutating func append(_ bytes: ArraySlice<UInt8>) {
    value += bytes
    column += bytes.count
  }
}
