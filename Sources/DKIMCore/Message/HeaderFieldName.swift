/// The name of a header field, such as `From`. Names that differ only in letter case are equal; the case is preserved.
/// // RFC 5322 §2.2
public struct HeaderFieldName: Sendable {
  /// The name as it was written: printable ASCII without colons, at least one character.
  let bytes: [UInt8]
  /// The hash of the name in lower case.
  let hash: UInt64

  /// The name as it was written.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Creates a name.
  /// - Throws: ``HeaderFieldNameError`` if the text is empty, or contains a colon or anything but printable ASCII.
  public init(_ text: String) throws(HeaderFieldNameError) {
    let bytes = Array(text.utf8)
    guard Self.isName(bytes.span) else { throw HeaderFieldNameError(text: text) }
    self.init(valid: bytes)
  }

  /// Creates a name from text that is known to be one.
  init(valid bytes: [UInt8]) {
    hash = Self.hash(bytes.span)
    self.bytes = bytes
  }

  private init(known text: StaticString) {
    self.init(valid: Array("\(text)".utf8))
  }

  /// Returns true for field-name = 1*ftext. // RFC 5322 §3.6.8
  static func isName(_ bytes: Span<UInt8>) -> Bool {
    for i in bytes.indices where !isNameByte(bytes[i]) { return false }
    return !bytes.isEmpty
  }

  /// Returns true for ftext: printable ASCII except the colon. // RFC 5322 §3.6.8
  @inline(__always)
  static func isNameByte(_ byte: UInt8) -> Bool {
    byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: ":")
  }

  /// Differs for each process, so that an attacker cannot prepare names that collide.
  private static let seed = UInt64.random(in: .min ... .max)

  static func hash(_ name: Span<UInt8>) -> UInt64 {
    var hash = seed
    for i in name.indices {
      hash = (hash ^ UInt64(ASCII.lowercased(name[i]))) &* 0x9E37_79B9_7F4A_7C15
      hash ^= hash >> 29
    }
    return hash
  }

  static func equal(_ a: Span<UInt8>, _ b: Span<UInt8>) -> Bool {
    guard a.count == b.count else { return false }
    for i in a.indices where ASCII.lowercased(a[i]) != ASCII.lowercased(b[i]) { return false }
    return true
  }
}

extension HeaderFieldName {
  public static let authenticationResults = HeaderFieldName(known: "Authentication-Results")
  public static let bcc = HeaderFieldName(known: "Bcc")
  public static let cc = HeaderFieldName(known: "Cc")
  public static let date = HeaderFieldName(known: "Date")
  public static let dkimSignature = HeaderFieldName(known: "DKIM-Signature")
  public static let from = HeaderFieldName(known: "From")
  public static let inReplyTo = HeaderFieldName(known: "In-Reply-To")
  public static let messageID = HeaderFieldName(known: "Message-ID")
  public static let references = HeaderFieldName(known: "References")
  public static let replyTo = HeaderFieldName(known: "Reply-To")
  public static let sender = HeaderFieldName(known: "Sender")
  public static let subject = HeaderFieldName(known: "Subject")
  public static let to = HeaderFieldName(known: "To")
}

extension HeaderFieldName: Hashable, CustomStringConvertible {
  public static func == (a: HeaderFieldName, b: HeaderFieldName) -> Bool {
    a.hash == b.hash && equal(a.bytes.span, b.bytes.span)
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(hash) }

  public var description: String { text }
}

/// The text is not the name of a header field. // RFC 5322 §3.6.8
public struct HeaderFieldNameError: Error, Sendable, Hashable {
  /// The text.
  public let text: String
}

extension HeaderFieldNameError: CustomStringConvertible {
  public var description: String { "\"\(PrintableText.line(text))\" is not a header field name" }
}
