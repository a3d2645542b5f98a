/// A `tag=value; tag=value` list, the format of signatures and of key records.
///
///     tag-list  =  tag-spec *( ";" tag-spec ) [ ";" ]
///     tag-spec  =  [FWS] tag-name [FWS] "=" [FWS] tag-value [FWS]
///
/// White space after the last `;` is accepted. Values may contain non-ASCII bytes; the code that interprets a value
/// decides whether they are valid. // RFC 6376 §3.2
struct TagList: Sendable {
  struct Tag: Sendable {
    /// The range of the name.
    let name: Range<Int>
    /// The range of the value, without the white space around it.
    let value: Range<Int>
    /// The range of everything between `=` and `;`, which is removed when `b=` is left out of a hash. // RFC 6376 §3.7
    let wholeValue: Range<Int>
  }

  /// The tags in their order; names are unique. Ranges count from the start of the parsed bytes.
  private(set) var tags: [Tag] = []

  /// - Throws: ``TagListError`` at the first byte outside the grammar, or for a duplicate name.
  init(_ bytes: Span<UInt8>) throws(TagListError) {
    tags.reserveCapacity(16)
    var reader = TagReader()
    repeat {
      let start = reader.offset
      try reader.skipFWS(bytes)
      if reader.offset == bytes.count, !tags.isEmpty { break }
      tags.append(try reader.readTag(bytes, from: start))
    } while reader.skipSemicolon(bytes)
    try refuseDuplicates(bytes)
  }

  /// Returns the tag with that name, if it exists; names are case-sensitive.
  func tag(_ name: StaticString, in bytes: Span<UInt8>) -> Tag? {
    // The bytes of a static string live as long as the program; the count is compared before they are read.
    let wanted = unsafe name.utf8Start
    for tag in tags where tag.name.count == name.utf8CodeUnitCount {
      var i = 0
      while i < tag.name.count, unsafe wanted[i] == bytes[tag.name.lowerBound + i] { i += 1 }
      if i == tag.name.count { return tag }
    }
    return nil
  }

  /// Returns at most 60 bytes of a name for error texts; an attacker can make a name as long as a header section.
  fileprivate static func shown(_ name: Range<Int>, in bytes: Span<UInt8>) -> String {
    Bytes.lossyString(bytes.extracting(name.prefix(60)))
  }

  // RFC 6376 §3.2: "if a tag name does occur more than once, the entire tag-list is invalid"
  private func refuseDuplicates(_ bytes: Span<UInt8>) throws(TagListError) {
    if tags.count > 24 {
      var seen: Set<[UInt8]> = []
      for tag in tags where !seen.insert(Bytes.array(bytes.extracting(tag.name))).inserted {
        throw .duplicate(name: Self.shown(tag.name, in: bytes))
      }
      return
    }
    for (i, tag) in tags.enumerated() {
      for other in tags[..<i] where Bytes.equal(bytes, tag.name, other.name) {
        throw .duplicate(name: Self.shown(tag.name, in: bytes))
      }
    }
  }
}

/// The reason why text is not a tag list. Offsets count bytes of the value from 0.
public enum TagListError: Error, Sendable, Hashable {
  /// The list is empty, or there is nothing between two semicolons.
  case emptyTag(offset: Int)
  /// A name that does not begin with a letter, or contains something other than letters, digits and `_`.
  case badName(byte: UInt8, offset: Int)
  /// A name without `=`.
  case noEqualsSign(name: String, offset: Int)
  /// A control character, or a line break that does not fold.
  case badValue(name: String, byte: UInt8, offset: Int)
  /// A name that occurs twice.
  case duplicate(name: String)
}

extension TagListError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .emptyTag(let offset): "empty tag at byte \(offset + 1); a tag has the form name=value"
    case .badName(let byte, let offset):
      "\(PrintableText.byte(byte)) at byte \(offset + 1), where a tag name is expected"
    case .noEqualsSign(let name, let offset): "tag \"\(name)\" at byte \(offset + 1) has no \"=\""
    case .badValue(let name, let byte, let offset):
      "\(PrintableText.byte(byte)) at byte \(offset + 1), in the value of \(name)=, is not allowed in a tag"
    case .duplicate(let name): "duplicate tag \(name)="
    }
  }
}

/// Reads the bytes of a tag list, one function per grammar rule.
private struct TagReader {
  var offset = 0

  private func atEnd(_ bytes: Span<UInt8>) -> Bool { offset == bytes.count }

  mutating func skipSemicolon(_ bytes: Span<UInt8>) -> Bool {
    guard !atEnd(bytes), bytes[offset] == UInt8(ascii: ";") else { return false }
    offset += 1
    return true
  }

  /// FWS = [*WSP CRLF] 1*WSP; several folds in a row are accepted. // RFC 6376 §2.8
  mutating func skipFWS(_ bytes: Span<UInt8>) throws(TagListError) {
    while !atEnd(bytes) {
      if ASCII.isWSP(bytes[offset]) {
        offset += 1
      } else if let next = Bytes.fold(bytes, at: offset) {
        offset = next
      } else {
        return
      }
    }
  }

  /// tag-name = ALPHA *ALNUMPUNC; start is where the tag-spec begins.
  mutating func readTag(_ bytes: Span<UInt8>, from start: Int) throws(TagListError) -> TagList.Tag {
    let nameStart = offset
    while !atEnd(bytes), isNameByte(bytes[offset], first: offset == nameStart) { offset += 1 }
    let name = nameStart..<offset
    try skipFWS(bytes)
    guard !name.isEmpty else {
      guard !atEnd(bytes), bytes[offset] != UInt8(ascii: ";") else { throw .emptyTag(offset: start) }
      throw .badName(byte: bytes[offset], offset: offset)
    }
    guard !atEnd(bytes), bytes[offset] != UInt8(ascii: ";") else {
      throw .noEqualsSign(name: TagList.shown(name, in: bytes), offset: nameStart)
    }
    guard bytes[offset] == UInt8(ascii: "=") else { throw .badName(byte: bytes[offset], offset: offset) }
    offset += 1
    return try readValue(bytes, of: name)
  }

  /// tag-value = [ tval *( 1*(WSP / FWS) tval ) ], tval = 1*VALCHAR
  private mutating func readValue(_ bytes: Span<UInt8>, of name: Range<Int>) throws(TagListError) -> TagList.Tag {
    let wholeStart = offset
    try skipFWS(bytes)
    let start = offset
    var end = offset
    while !atEnd(bytes), bytes[offset] != UInt8(ascii: ";") {
      let before = offset
      offset = ByteScan.endOfTagText(in: bytes, from: offset)
      if offset > before {
        end = offset
        continue
      }
      try skipFWS(bytes)
      guard offset > before else {
        throw .badValue(name: TagList.shown(name, in: bytes), byte: bytes[offset], offset: offset)
      }
    }
    return TagList.Tag(name: name, value: start..<end, wholeValue: wholeStart..<offset)
  }

  private func isNameByte(_ byte: UInt8, first: Bool) -> Bool {
    ASCII.isLetter(byte) || !first && (ASCII.isDigit(byte) || byte == UInt8(ascii: "_"))
  }
}
