/// An address as it stands in From or in MAIL FROM, without display name and comments. // RFC 5322 §3.4.1
public struct MailAddress: Sendable, Hashable {
  /// As written, quotes and case kept.
  public let localPart: String
  public let domain: DomainName

  public init(localPart: String, domain: DomainName) {
    self.localPart = localPart
    self.domain = domain
  }
}

extension MailAddress: CustomStringConvertible {
  public var description: String { "\(localPart)@\(domain)" }
}
