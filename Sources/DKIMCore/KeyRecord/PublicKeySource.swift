/// Where the key record of a signature is asked for.
///
/// `name` is `SELECTOR._domainkey.DOMAIN`. // RFC 6376 §3.6.2.1
public struct KeyQuery: Sendable, Hashable {
  /// The `d=` tag.
  public let domain: DomainName
  /// The `s=` tag.
  public let selector: Selector
  /// The name to look up: lower case, A-labels, without the trailing dot; at most 253 octets.
  public let name: String

  /// `nil` where the three parts together are longer than a DNS name can be (253 octets).
  public init?(domain: DomainName, selector: Selector) {
    let name = selector.aLabel + "._domainkey." + domain.aLabel
    guard name.utf8.count <= DomainName.maximumLength else { return nil }
    self.domain = domain
    self.selector = selector
    self.name = name
  }
}

/// What came back for a ``KeyQuery``. Every answer is a state of the protocol, never a thrown error.
public enum KeyAnswer: Sendable, Hashable {
  /// The TXT records at the name, the character-strings of each joined without anything between.
  /// `secure`: DNSSEC-validated by somebody we trust. // RFC 6376 §3.6.2.2
  case records([[UInt8]], secure: Bool)
  /// The name does not exist (NXDOMAIN).
  case noSuchName(secure: Bool)
  /// The name exists but has no TXT record.
  case noData(secure: Bool)
  /// No answer that could be believed; a later try may succeed.
  case failure(KeyLookupFailure)
}

/// Why a look-up brought nothing. All of these are temporary. // RFC 6376 §6.1.2
public enum KeyLookupFailure: Error, Sendable, Hashable {
  /// No server answered in time; `seconds` is how long was waited.
  case timeout(seconds: Int)
  /// SERVFAIL; validating resolvers also answer so to a bogus signature.
  case serverFailure
  /// REFUSED.
  case refused
  /// Any other response code.
  case responseCode(UInt8)
  /// An answer that is not DNS, or does not fit the question; the text says what was wrong.
  case malformed(String)
  /// A chain of CNAMEs that is too long or runs in a circle.
  case aliasLoop
  /// DNSSEC validation failed.
  case bogus
  /// Nothing could be asked: no server configured, no socket, too many questions under way.
  case unavailable(String)
}

/// Somewhere to get key records from: DNS, a table, a file.
public protocol PublicKeySource: Sendable {
  /// Answers one question. Must return within a bounded time.
  func answer(_ query: KeyQuery) async -> KeyAnswer
}
