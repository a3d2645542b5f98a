/// A key record to be published, as text: what ``KeyRecord`` reads, this writes. // RFC 6376 §3.6.1
///
/// The tags come in the order v, n, h, k, t, s, p, that of opendkim-genkey.
public struct KeyRecordText: Sendable, Hashable {
  /// `k=`.
  public let keyType: KeyType
  /// What `p=` carries, before base64.
  public let publicKey: [UInt8]
  /// `h=`, in lower case; `nil` leaves the tag out.
  public let hashAlgorithms: [String]?
  /// `s=`, in lower case; `nil` leaves the tag out.
  public let services: [String]?
  /// `t=`, in lower case; none leave the tag out.
  public let flags: [String]
  /// `n=`, as people read it; `nil` leaves the tag out.
  public let notes: String?

  /// The record of the public half of a key.
  ///
  /// - Throws: ``KeyRecordError/badValue(tag:found:)`` for a list without elements and for an element that is no
  ///   word of the grammar.
  public init(
    _ key: SigningKey, hashAlgorithms: [String]? = nil, services: [String]? = nil, flags: [String] = [],
    notes: String? = nil
  ) throws(KeyRecordError) {
    keyType = key.type
    publicKey = key.publicKey
    self.hashAlgorithms = try hashAlgorithms.map { hashes throws(KeyRecordError) in try Self.words(hashes, "h") }
    self.services = try services.map { services throws(KeyRecordError) in try Self.words(services, "s") }
    self.flags = flags.isEmpty ? [] : try Self.words(flags, "t")
    self.notes = notes
  }

  /// Everything before `p=`, as `v=DKIM1; h=sha256; k=rsa; `, with the blank at the end.
  public var head: String {
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

  /// The value of `p=` for the public half of a key.
  public static func publicKeyText(of key: SigningKey) -> String { Base64.encode(key.publicKey) }

  /// The whole record, to be published as one TXT record in strings of at most 255 octets each.
  /// // RFC 6376 §3.6.2.2
  public var text: String { head + "p=" + publicKeyText }

  private static func words(_ words: [String], _ tag: String) throws(KeyRecordError) -> [String] {
    guard !words.isEmpty else { throw .badValue(tag: tag, found: "") }
    for word in words where !isWord(word) { throw .badValue(tag: tag, found: word) }
    return words.map { $0.lowercased() }
  }

  // hyphenated-word = ALPHA [ *(ALPHA / DIGIT / "-") (ALPHA / DIGIT) ]; s= also has "*"
  private static func isWord(_ word: String) -> Bool {
    let octets = Array(word.utf8)
    guard let first = octets.first, let last = octets.last, word != "*" else { return word == "*" }
    return isLetter(first) && last != UInt8(ascii: "-")
      && octets.allSatisfy { isLetter($0) || $0 == UInt8(ascii: "-") || $0 &- UInt8(ascii: "0") < 10 }
  }

  private static func isLetter(_ octet: UInt8) -> Bool { Octets.lowercased(octet) &- UInt8(ascii: "a") < 26 }
}

extension NoteText {
  /// The text as a `qp-section`: printable ASCII and blanks inside stay, the rest becomes `=XX`.
  /// // RFC 2045 §6.7, RFC 6376 §3.6.1
  static func encode(_ text: String) -> String {
    let octets = Array(text.utf8)
    var output = ""
    for (i, octet) in octets.enumerated() {
      let isInside = i > 0 && i < octets.count - 1
      if isPlain(octet) || Octets.isWSP(octet) && isInside {
        output.unicodeScalars.append(Unicode.Scalar(octet))
      } else {
        let digits = String(octet, radix: 16, uppercase: true)
        output += (digits.utf8.count < 2 ? "=0" : "=") + digits
      }
    }
    return output
  }

  /// ptext without the `;` that ends a tag.
  private static func isPlain(_ octet: UInt8) -> Bool {
    octet > 0x20 && octet < 0x7F && octet != UInt8(ascii: ";") && octet != UInt8(ascii: "=")
  }
}
