/// One signature to be made: for whom, with which key, and how.
///
///     var request = SigningRequest(domain: domain, selector: selector, key: key)
///     request.lifetime = 7 * 86_400
public struct SigningRequest: Sendable {
  /// `d=`; U-labels are written as A-labels, which every message may carry. // RFC 6376 §3.5
  public let domain: DomainName
  /// `s=`; U-labels are written as A-labels.
  public let selector: Selector
  public let key: SigningKey
  /// `c=`
  public var canonicalization = Canonicalization.relaxed
  /// The fields that go into `h=` where the message has them. From is always signed.
  public var signedHeaders = HeaderSelection.standard
  /// Names that go into `h=` once more than the message has such fields, so that none can be added. The
  /// fields that are there are signed, whatever ``signedHeaders`` says. DKIM-Signature cannot be one of them.
  /// // RFC 6376 §8.15
  public var oversignedHeaders = ["From"]
  /// `i=`; its domain has to be `domain` or below it.
  public var identity: Identity?
  /// `x=`: seconds after `t=` at which the signature ends, at least 1; never where it is `nil`.
  public var lifetime: UInt64?
  /// `l=`: how much of the canonical body is signed. Whoever sets it lets strangers add to the
  /// message. // RFC 6376 §8.2
  public var bodyLength: SignedBodyLength?
  /// `z=`: copies of the signed fields go along, for finding out what changed.
  public var copiesHeaders = false
  /// `r=y`: verifiers are asked to report failures. // RFC 6651 §3.1
  public var requestsReports = false

  public init(domain: DomainName, selector: Selector, key: SigningKey) {
    self.domain = domain
    self.selector = selector
    self.key = key
  }
}

/// What `l=` says. // RFC 6376 §3.5
public enum SignedBodyLength: Sendable, Hashable {
  /// So many octets of the canonical body; it is an error where the body is shorter.
  case exactly(UInt64)
  /// So many octets of the canonical body, or the whole of a shorter one.
  case atMost(UInt64)
  /// The whole body, however long it is: what comes behind it is not signed.
  case whole

  /// Where hashing ends.
  var hashed: UInt64? {
    switch self {
    case .exactly(let octets), .atMost(let octets): octets
    case .whole: nil
    }
  }

  /// The value of the tag for a canonical body of so many octets.
  func tag(bodyOctets: UInt64) throws(SigningError) -> UInt64 {
    switch self {
    case .exactly(let octets):
      guard octets <= bodyOctets else { throw .bodyTooShort(signed: octets, actual: bodyOctets) }
      return octets
    case .atMost(let octets): return min(octets, bodyOctets)
    case .whole: return bodyOctets
    }
  }
}

/// Why a message was not signed. Nothing is signed where one of several signatures cannot be made.
public enum SigningError: Error, Sendable, Hashable {
  /// The message has no From field of its own, whatever stands behind a CR or an LF alone inside another field.
  /// // RFC 6376 §5.4
  case noFrom
  /// The message has several From fields, such counted too as stand behind a CR or an LF alone inside another
  /// field. // RFC 5322 §3.6
  case severalFrom(count: Int)
  /// There is nothing to sign.
  case emptyMessage
  /// Not a single signature was asked for.
  case noRequests
  /// The header section is too large.
  case header(MessageHeader.Excess)
  /// More names in `h=` than verifiers take.
  case tooManyHeaderNames(count: Int, limit: Int)
  /// `i=` is neither the signing domain nor below it.
  case identityOutsideDomain(identity: String, domain: String)
  /// A local part has no control characters. // RFC 5321 §4.1.2
  case controlCharacterInIdentity
  /// `t=` would have more than 12 digits. // RFC 6376 §3.5
  case timeTooLate(Timestamp)
  /// `x=` would not be later than `t=`. // RFC 6376 §3.5
  case noLifetime
  /// A name to be oversigned that no header field can have, that `h=` cannot carry, or that is the name of signatures.
  case notAHeaderName(String)
  /// `s=`, `_domainkey` and `d=` together are no DNS name.
  case queryNameTooLong(selector: String, domain: String)
  /// `l=` is more than the body has.
  case bodyTooShort(signed: UInt64, actual: UInt64)
  /// The cryptographic library refused.
  case key(SigningKeyError)
}

extension SigningError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noFrom: "the message has no From field; DKIM signs the author, so there has to be one"
    case .severalFrom(let count): "the message has \(count) From fields; exactly one is allowed"
    case .emptyMessage: "the message is empty"
    case .noRequests: "no signature was asked for"
    case .header(let excess): excess.description
    case .tooManyHeaderNames(let count, let limit):
      "h= would name \(count) header fields; verifiers take \(limit)"
    case .identityOutsideDomain(let identity, let domain): "the identity \(identity) is not within d=\(domain)"
    case .controlCharacterInIdentity: "the identity has a control character, which no address has"
    case .timeTooLate(let time): "t=\(time) would have more than 12 digits"
    case .noLifetime: "the signature would end at the moment it is made (x= has to be later than t=)"
    case .notAHeaderName(let name):
      "\"\(Octets.printable(name))\" cannot be oversigned: it is no name of a header field, has a semicolon, "
        + "or is that of signatures"
    case .queryNameTooLong(let selector, let domain):
      "\(selector)._domainkey.\(domain) is longer than a domain name can be"
    case .bodyTooShort(let signed, let actual): "l=\(signed) is more than the \(actual) octets of the body"
    case .key(let error): "\(error)"
    }
  }
}
