/// Parses the tags of a key record, one function per tag. // RFC 6376 §3.6.1
struct KeyRecordParser {
  /// Enough for a key of 8192 bits and notes of several kilobytes.
  static let maximumLength = 16_384

  private let bytes: [UInt8]
  private let tags: TagList

  init(_ bytes: [UInt8]) throws(KeyRecordError) {
    guard bytes.count <= Self.maximumLength else {
      throw .tooLong(length: bytes.count, limit: Self.maximumLength)
    }
    self.bytes = bytes
    do { tags = try TagList(bytes.span) } catch { throw .tagList(error) }
  }

  // "This tag MUST be the first tag in the record", with the value DKIM1, letter case included
  func checkVersion() throws(KeyRecordError) {
    guard let tag = tags.tag("v", in: bytes.span) else { return }
    guard bytes[tag.value].elementsEqual("DKIM1".utf8) else { throw .incompatibleVersion(text(tag.value)) }
    guard tags.tags.first?.name == tag.name else { throw .versionNotFirst }
  }

  // key-k-tag-type = "rsa" / x-key-k-tag-type
  func keyType() throws(KeyRecordError) -> KeyType {
    guard let tag = tags.tag("k", in: bytes.span) else { return .rsa }
    let word = text(tag.value)
    guard let type = KeyType(rawValue: word.lowercased()) else { throw .unknownKeyType(word) }
    return type
  }

  // key-p-tag = %x70 [FWS] "=" [[FWS] base64string]; an empty value means that the key was revoked
  func keyData() throws(KeyRecordError) -> [UInt8] {
    guard let tag = tags.tag("p", in: bytes.span) else { throw .keyMissing }
    guard !tag.value.isEmpty else { throw .revoked }
    guard let data = Base64.decode(bytes.span.extracting(tag.value)) else { throw .notBase64 }
    return data
  }

  func key(_ type: KeyType, _ data: [UInt8]) throws(KeyRecordError) -> VerificationKey {
    do {
      switch type {
      case .rsa: return try VerificationKey(rsa: data.span)
      case .ed25519: return try VerificationKey(ed25519: data.span)
      }
    } catch {
      throw .badKey(error)
    }
  }

  /// Returns the elements of a colon-separated list in lower case; `nil` if the tag is absent.
  func words(_ name: StaticString, mayBeEmpty: Bool = false) throws(KeyRecordError) -> [String]? {
    guard let tag = tags.tag(name, in: bytes.span) else { return nil }
    if tag.value.isEmpty, mayBeEmpty { return [] }
    var words: [String] = []
    for part in bytes[tag.value].split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false) {
      let word = part.drop(while: ASCII.isFWS).reversed().drop(while: ASCII.isFWS).reversed()
      guard !word.isEmpty, word.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
        throw .badValue(tag: "\(name)", found: text(tag.value))
      }
      words.append(String(decoding: word, as: UTF8.self).lowercased())
    }
    return words
  }

  // key-n-tag = %x6e [FWS] "=" [FWS] qp-section; invalid codes in a note are returned unchanged
  func notes() -> String? {
    guard let tag = tags.tag("n", in: bytes.span) else { return nil }
    return NoteText.decode(bytes.span.extracting(tag.value))
  }

  private func text(_ range: Range<Int>) -> String {
    QuotedPrintable.report(PrintableText.line(Bytes.lossyString(bytes.span.extracting(range.prefix(60)))))
  }
}

/// The encoding of the `n=` tag: quoted-printable in which white space is significant. // RFC 2045 §6.7
enum NoteText {
  static func decode(_ text: Span<UInt8>) -> String {
    var output: [UInt8] = []
    var i = 0
    while i < text.count {
      if text[i] == UInt8(ascii: "="), i + 2 < text.count,
        let high = QuotedPrintable.hex(text[i + 1]), let low = QuotedPrintable.hex(text[i + 2])
      {
        output.append(high << 4 | low)
        i += 3
      } else {
        output.append(text[i])
        i += 1
      }
    }
    return Bytes.lossyString(output.span)
  }
}
