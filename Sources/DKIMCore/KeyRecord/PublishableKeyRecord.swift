/// The text of a key record to publish, as parsed by ``KeyRecord``. // RFC 6376 §3.6.1
///
/// The tags are in the same order as in opendkim-genkey: v, n, h, k, t, s, p.
public struct PublishableKeyRecord: Sendable, Hashable {
  /// `k=`: the key type.
  public let keyType: KeyType
  /// The contents of `p=` before base64 encoding.
  public let publicKey: [UInt8]
  /// `h=`, in lower case; `nil` omits the tag.
  public let hashAlgorithms: [String]?
  /// `s=`, in lower case; `nil` omits the tag.
  public let services: [String]?
  /// `t=`, in lower case; an empty list omits the tag.
  public let flags: [String]
  /// `n=`, decoded; `nil` omits the tag.
  public let notes: String?

  /// Creates the record for the public key of a key pair.
  ///
  /// - Throws: ``KeyRecordError/badValue(tag:found:)`` for an empty list and for an element that is not a word of the
  ///   grammar.
  public init(
    _ key: SigningKey, hashAlgorithms: [String]? = nil, services: [String]? = nil, flags: [String] = [],
    notes: String? = nil
  ) throws(KeyRecordError) {
    try self.init(
      .local(key), hashAlgorithms: hashAlgorithms, services: services, flags: flags, notes: notes)
  }

  /// Creates the record for the public key of a key pair that is possibly used outside this process.
  ///
  /// - Throws: ``KeyRecordError/badValue(tag:found:)`` for an empty list and for an element that is not a word of the
  ///   grammar.
  public init(
    _ key: SigningRequest.Key, hashAlgorithms: [String]? = nil, services: [String]? = nil, flags: [String] = [],
    notes: String? = nil
  ) throws(KeyRecordError) {
    keyType = key.type
    publicKey = key.publicKey
    self.hashAlgorithms = try hashAlgorithms.map { hashes throws(KeyRecordError) in try Self.words(hashes, "h") }
    self.services = try services.map { services throws(KeyRecordError) in try Self.words(services, "s") }
    self.flags = flags.isEmpty ? [] : try Self.words(flags, "t")
    self.notes = notes
  }

  /// Everything before `p=`, such as `v=DKIM1; h=sha256; k=rsa; `, including the space at the end.
  package var head: String {
    var tags = ["v=DKIM1"]
    if let notes { tags.append("n=" + NoteText.encode(notes)) }
    if let hashAlgorithms { tags.append("h=" + hashAlgorithms.joined(separator: ":")) }
    tags.append("k=" + keyType.rawValue)
    if !flags.isEmpty { tags.append("t=" + flags.joined(separator: ":")) }
    if let services { tags.append("s=" + services.joined(separator: ":")) }
    return tags.map { $0 + "; " }.joined()
  }

  /// The value of `p=`: base64 without white space.
  public var publicKeyText: String { Base64.encode(publicKey) }

  /// Returns the value of `p=` for the public key of a key pair.
  package static func publicKeyText(of key: SigningKey) -> String { Base64.encode(key.publicKey) }

  /// The whole record, to be published as one TXT record in strings of at most 255 bytes each.
  /// // RFC 6376 §3.6.2.2
  public var text: String { head + "p=" + publicKeyText }

  private static func words(_ words: [String], _ tag: String) throws(KeyRecordError) -> [String] {
    guard !words.isEmpty else { throw .badValue(tag: tag, found: "") }
    for word in words where !isWord(word) { throw .badValue(tag: tag, found: word) }
    return words.map { $0.lowercased() }
  }

  // hyphenated-word = ALPHA [ *(ALPHA / DIGIT / "-") (ALPHA / DIGIT) ]; s= also has "*"
  private static func isWord(_ word: String) -> Bool {
    let bytes = Array(word.utf8)
    guard let first = bytes.first, let last = bytes.last, word != "*" else { return word == "*" }
    return ASCII.isLetter(first) && last != UInt8(ascii: "-")
      && bytes.allSatisfy { ASCII.isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
  }
}

extension NoteText {
  /// Returns the text as a `qp-section`: printable ASCII, and white space that is not at an end, are kept; all other
  /// bytes become `=XX`.
  /// // RFC 2045 §6.7, RFC 6376 §3.6.1
  static func encode(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var output = ""
    for (i, byte) in bytes.enumerated() {
      let isInside = i > 0 && i < bytes.count - 1
      if isPlain(byte) || ASCII.isWSP(byte) && isInside {
        output.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        output += "=" + ASCII.hexDigits(byte).uppercased()
      }
    }
    return output
  }

  /// ptext except the `;`, which would end the tag.
  private static func isPlain(_ byte: UInt8) -> Bool {
    byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: ";") && byte != UInt8(ascii: "=")
  }
}
