import DKIMCore

/// The text of a published record, parsed loosely to find common mistakes.
///
/// Only ``KeyRecord`` decides whether a record is a key; this type finds out why it is not.
struct RecordText {
  struct Tag {
    /// The text before `=`, without white space around it; empty if there is no `=`.
    var name: String
    /// The text after `=`, without white space around it.
    var value: [UInt8]
  }

  let bytes: [UInt8]
  let tags: [Tag]

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    tags = bytes.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: true).compactMap { part in
      let parts = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      let first = Self.trimmed(parts[0])
      if parts.count == 1 { return first.isEmpty ? nil : Tag(name: "", value: Array(first)) }
      return Tag(name: String(decoding: first, as: UTF8.self), value: Array(Self.trimmed(parts[1])))
    }
  }

  /// The value of `p=`, if there is one. Stray quotes before the name are ignored.
  var publicKey: [UInt8]? { tags.first { Self.letters($0.name) == "p" }?.value }

  /// Whether a tag other than `n=`, where any character is allowed, contains the character.
  func holds(_ byte: Character) -> Bool {
    guard let byte = byte.asciiValue else { return false }
    return tags.contains {
      Self.letters($0.name) != "n" && (($0.name.utf8).contains(byte) || $0.value.contains(byte))
    }
  }

  var holdsQuotes: Bool { holds("\"") }
  var holdsEscapes: Bool { holds("\\") }
  var holdsParentheses: Bool { holds("(") || holds(")") }

  var versionIsNotFirst: Bool {
    tags.dropFirst().contains { Self.letters($0.name) == "v" }
  }

  /// Whether p= contains white space, for example where two strings were joined.
  var keyHoldsBlanks: Bool { publicKey?.contains(where: ASCII.isFWS) ?? false }

  /// The offset of the first byte that is not ASCII, such as a typographic quote or a hidden space; `nil` if there is
  /// none outside of notes.
  var foreignByte: Int? {
    let hasForeignTag = tags.contains { Self.letters($0.name) != "n" && $0.value.contains { $0 >= 0x80 } }
    let hasForeignName = tags.contains { $0.name.utf8.contains { $0 >= 0x80 } }
    return hasForeignTag || hasForeignName ? bytes.firstIndex { $0 >= 0x80 } : nil
  }

  /// The first byte of p= that is not valid in base64, apart from the syntax of zone files.
  var badKeyByte: UInt8? {
    publicKey?.first { !Self.isBase64($0) && !ASCII.isFWS($0) && !"\"\\()".utf8.contains($0) }
  }

  /// The record as it was probably meant: without the syntax of zone files, and with v= first. `nil` if that is not a
  /// key, or is the same text.
  var repaired: String? {
    var result: [(name: String, value: String)] = []
    for tag in tags {
      let name = Self.letters(tag.name)
      guard !name.isEmpty, !result.contains(where: { $0.name == name }) else { continue }
      let bytes = tag.value.filter { byte in
        name == "n" || byte > 0x20 && byte < 0x7F && !"\"\\()".utf8.contains(byte)
      }
      result.append((name, String(decoding: bytes, as: UTF8.self)))
    }
    let ordered = result.filter { $0.name == "v" } + result.filter { $0.name != "v" }
    let text = ordered.map { $0.name + "=" + $0.value }.joined(separator: "; ")
    return Array(text.utf8) != bytes && (try? KeyRecord(Array(text.utf8))) != nil ? text : nil
  }

  /// Returns the tag name in the text before `=`: its last run of letters. Anything before that, such as quotes or the
  /// name of the record, got there by mistake.
  private static func letters(_ name: String) -> String {
    let bytes = Array(name.utf8)
    guard let last = bytes.lastIndex(where: ASCII.isLetter) else { return "" }
    let start = bytes[..<last].lastIndex { !ASCII.isLetter($0) }.map { $0 + 1 } ?? 0
    return String(decoding: bytes[start...last], as: UTF8.self)
  }

  private static func isBase64(_ byte: UInt8) -> Bool {
    ASCII.isAlphanumeric(byte) || "+/=".utf8.contains(byte)
  }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let tail = bytes.drop(while: ASCII.isFWS)
    guard let last = tail.lastIndex(where: { !ASCII.isFWS($0) }) else { return [] }
    return tail[...last]
  }
}
