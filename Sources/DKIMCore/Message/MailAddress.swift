/// An email address from a header field such as From, or from MAIL FROM, without display name and comments.
/// // RFC 5322 §3.4.1
public struct MailAddress: Sendable, Hashable {
  /// The local part as written, including quotes and letter case, without comments and white space around its parts.
  public let localPart: String
  /// The domain.
  public let domain: DomainName

  /// Creates an address from its parts; the local part is not checked.
  public init(localPart: String, domain: DomainName) {
    self.localPart = localPart
    self.domain = domain
  }

  /// Parses the first mailbox of an address list as in From, Sender or Reply-To: with or without display name, comments
  /// (nested to any depth), quoted local parts, groups, routes, folds, UTF-8. Also accepts the arguments of MAIL FROM
  /// and RCPT TO.
  ///
  /// An address in angle brackets takes precedence over the text before it. List elements without `@` are skipped
  /// (`Doe, John <j@example.com>` without quotation marks). Runs in linear time.
  /// - Parameter value: the value of the field, unfolded or folded with CRLF or LF.
  /// - Throws: ``MailAddressError``
  public init(firstOf value: Span<UInt8>) throws(MailAddressError) {
    var reader = MailboxReader(value)
    let (localPart, domain) = try reader.firstAddress()
    guard let local = Bytes.string(localPart.span) else { throw .notUTF8 }
    self.localPart = local
    do { self.domain = try DomainName(domain.span) } catch { throw .badDomain(error) }
  }

  /// Parses an address, or the first mailbox of a list.
  /// - Throws: ``MailAddressError``
  public init(_ text: String) throws(MailAddressError) {
    let bytes = Array(text.utf8)
    try self.init(firstOf: bytes.span)
  }
}

extension MailAddress: CustomStringConvertible {
  public var description: String { "\(localPart)@\(domain)" }
}

/// The reason why no address could be parsed.
public enum MailAddressError: Error, Sendable, Hashable {
  /// No address was found: there is no `@` with text on both sides.
  case noAddress
  /// The empty address `<>`.
  case emptyAddress
  /// A comment, quoted string or angle bracket that is not closed.
  case unterminated
  /// A character that cannot be part of an address, in angle brackets or without any; `offset` counts bytes of the field
  /// from 0.
  case unexpected(byte: UInt8?, offset: Int)
  /// A domain literal such as `[192.0.2.1]`, for which no signature can be made.
  case domainLiteral
  /// The text after the `@` is not a domain name.
  case badDomain(DomainNameError)
  /// The local part is not UTF-8.
  case notUTF8
}

extension MailAddressError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noAddress: "no address found"
    case .emptyAddress: "the address is empty"
    case .unterminated: "a comment, quoted string or angle bracket is not closed"
    case .unexpected(let byte, let offset):
      "expected an address, found \(byte.map(PrintableText.byte) ?? "the end") at byte \(offset + 1)"
    case .domainLiteral: "the address has an IP address instead of a domain"
    case .badDomain(let error): "the domain of the address \(error)"
    case .notUTF8: "the address is not valid UTF-8"
    }
  }
}
