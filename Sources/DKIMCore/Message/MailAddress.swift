/// An address as it stands in From or in MAIL FROM, without display name and comments. // RFC 5322 §3.4.1
public struct MailAddress: Sendable, Hashable {
  /// As written, quotes and case kept; comments and white space around its parts are gone.
  public let localPart: String
  public let domain: DomainName

  public init(localPart: String, domain: DomainName) {
    self.localPart = localPart
    self.domain = domain
  }

  /// Reads the first mailbox of a list, as From, Sender or Reply-To have it: with or without display name,
  /// comments (nested to any depth), quoted local parts, groups, routes, folds, UTF-8. Also takes what stands
  /// in MAIL FROM and RCPT TO.
  ///
  /// What is in angle brackets counts more than what stands before them. Elements of the list that hold no `@`
  /// are passed over (`Doe, John <j@example.com>` without quotation marks). Time is linear in the octets.
  /// - Parameter value: the octets of the field, folded with CRLF or LF or not at all.
  /// - Throws: ``MailAddressError``
  public init(firstOf value: Span<UInt8>) throws(MailAddressError) {
    var reader = MailboxReader(value)
    let (localPart, domain) = try reader.firstAddress()
    guard let local = Octets.string(localPart.span) else { throw .notUTF8 }
    self.localPart = local
    do { self.domain = try DomainName(domain.span) } catch { throw .badDomain(error) }
  }

  /// Reads an address, or the first mailbox of a list.
  /// - Throws: ``MailAddressError``
  public init(_ text: String) throws(MailAddressError) {
    let octets = Array(text.utf8)
    try self.init(firstOf: octets.span)
  }
}

extension MailAddress: CustomStringConvertible {
  public var description: String { "\(localPart)@\(domain)" }
}

/// Why no address could be read.
public enum MailAddressError: Error, Sendable, Hashable {
  /// There is none: no `@` with something on both sides.
  case noAddress
  /// `<>`
  case emptyAddress
  /// A comment, a quoted string or an angle bracket that does not end.
  case unterminated
  /// What is in angle brackets is no address; `offset` counts octets of the field from 0.
  case unexpected(octet: UInt8?, offset: Int)
  /// A domain literal such as `[192.0.2.1]`: nobody can sign for one.
  case domainLiteral
  case badDomain(DomainNameError)
  case notUTF8
}

extension MailAddressError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noAddress: "there is no address in it"
    case .emptyAddress: "the address is empty"
    case .unterminated: "a comment, a quoted string or an angle bracket does not end"
    case .unexpected(let octet, let offset):
      "\(octet.map(Octets.printable) ?? "the end") stands at octet \(offset + 1), where an address was expected"
    case .domainLiteral: "the address has an IP address in place of a domain"
    case .badDomain(let error): "the domain of the address \(error)"
    case .notUTF8: "the address is not UTF-8"
    }
  }
}
