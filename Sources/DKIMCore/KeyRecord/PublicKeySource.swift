/// A query for the key record of a signature.
///
/// `name` is `SELECTOR._domainkey.DOMAIN`. // RFC 6376 §3.6.2.1
public struct KeyQuery: Sendable, Hashable {
  /// The signing domain, from the `d=` tag.
  public let domain: DomainName
  /// The selector, from the `s=` tag.
  public let selector: Selector
  /// The name to look up, in lower case, with A-labels and without the trailing dot; at most 253 bytes.
  public let name: String

  /// Creates the query for a domain and a selector. Returns `nil` if the resulting name is longer than a DNS name can
  /// be (253 bytes).
  public init?(domain: DomainName, selector: Selector) {
    let name = selector.asciiForm + "._domainkey." + domain.asciiForm
    guard name.utf8.count <= DomainName.maximumLength else { return nil }
    self.domain = domain
    self.selector = selector
    self.name = name
  }

  /// Creates a query for TXT records of another protocol, which come from the same sources. Returns `nil` if the name is
  /// longer than a DNS name can be.
  /// - Parameter prefix: the labels before the domain, such as `LABEL._atps`; ``selector`` has them.
  package init?(_ prefix: String, below domain: DomainName) {
    let selector = Selector(known: prefix)
    let name = selector.asciiForm + "." + domain.asciiForm
    guard name.utf8.count <= DomainName.maximumLength else { return nil }
    self.domain = domain
    self.selector = selector
    self.name = name
  }
}

/// The response to a ``KeyQuery``. A lookup that fails is a response, too: key sources throw no errors.
public enum KeyAnswer: Sendable, Hashable {
  /// The TXT records at the name, with the character-strings of each record concatenated.
  /// `secure`: validated with DNSSEC by a trusted resolver. // RFC 6376 §3.6.2.2
  case records([[UInt8]], secure: Bool)
  /// The name does not exist (NXDOMAIN).
  case noSuchName(secure: Bool)
  /// The name exists but has no TXT record.
  case noData(secure: Bool)
  /// No trustworthy response; trying again later may succeed.
  case failure(KeyLookupFailure)
}

/// The reason why a lookup failed. All of these are temporary. // RFC 6376 §6.1.2
public enum KeyLookupFailure: Error, Sendable, Hashable {
  /// No server responded in time; `seconds` is the time waited.
  case timeout(seconds: Int)
  /// SERVFAIL; validating resolvers also send it if DNSSEC validation fails.
  case serverFailure
  /// REFUSED.
  case refused
  /// Any other response code.
  case responseCode(UInt8)
  /// A response that is not valid DNS or does not match the query; the text describes the problem.
  case malformed(String)
  /// A CNAME chain that is too long or circular.
  case aliasLoop
  /// DNSSEC validation failed.
  case bogus
  /// No query could be sent: no server is configured, no socket is available, or too many queries are pending.
  case unavailable(String)
}

/// A source of key records, such as DNS, a table or a file.
public protocol PublicKeySource: Sendable {
  /// Looks up one key. Must return within a bounded time.
  func answer(_ query: KeyQuery) async -> KeyAnswer
}

extension PublicKeySource {
  /// Looks up several keys at the same time, each of them once. Returns one response for each query.
  public func answers(to queries: [KeyQuery]) async -> [KeyQuery: KeyAnswer] {
    await withTaskGroup(of: (KeyQuery, KeyAnswer).self) { group in
      var asked: Set<KeyQuery> = []
      for query in queries where asked.insert(query).inserted {
        group.addTask { (query, await answer(query)) }
      }
      return await group.reduce(into: [:]) { answers, next in answers[next.0] = next.1 }
    }
  }
}
