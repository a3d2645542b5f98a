/// A signature to make: the domain, the key and the options.
///
///     var request = SigningRequest(domain: domain, selector: selector, key: key)
///     request.lifetime = 7 * 86_400
public struct SigningRequest: Sendable {
  /// `d=`: the signing domain. U-labels are written as A-labels, which are allowed in every message. // RFC 6376 §3.5
  public let domain: DomainName
  /// `s=`: the selector. U-labels are written as A-labels.
  public let selector: Selector
  /// The private key.
  public let key: SigningKey
  /// `c=`: the canonicalization of header and body.
  public var canonicalization = Canonicalization.relaxed
  /// The fields to include in `h=` if the message has them. From is always signed.
  public var signedHeaders = HeaderSelection.standard
  /// Names to oversign: each is included in `h=` one more time than the message has such fields, so that none can be
  /// added. Existing fields with these names are signed regardless of ``signedHeaders``. DKIM-Signature is not allowed.
  /// // RFC 6376 §8.15
  public var oversignedHeaders = [HeaderFieldName.from]
  /// `i=`: the identity. Its domain must be `domain` or a subdomain of it.
  public var identity: Identity?
  /// `x=`: the lifetime of the signature in seconds after `t=`, at least 1; `nil` means no expiration.
  public var lifetime: UInt64?
  /// `l=`: how much of the canonical body is signed. Setting it allows others to append text to the message.
  /// // RFC 6376 §8.2
  public var bodyLength: SignedBodyLength?
  /// `z=`: includes copies of the signed fields, which help to find out what was changed.
  public var copiesHeaders = false
  /// `r=y`: requests that verifiers report failures. // RFC 6651 §3.1
  public var requestsReports = false

  public init(domain: DomainName, selector: Selector, key: SigningKey) {
    self.domain = domain
    self.selector = selector
    self.key = key
  }
}

/// The part of the body that is signed, and the value of `l=`. // RFC 6376 §3.5
public enum SignedBodyLength: Sendable, Hashable {
  /// This number of bytes of the canonical body; a shorter body is an error.
  case exactly(UInt64)
  /// This number of bytes of the canonical body, or all of a shorter one.
  case atMost(UInt64)
  /// The whole body, whatever its length; text appended later is not signed.
  case whole

  /// The number of bytes to hash; `nil` means all.
  var hashed: UInt64? {
    switch self {
    case .exactly(let octets), .atMost(let octets): octets
    case .whole: nil
    }
  }

  /// Returns the value of the tag for a canonical body with that number of bytes.
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

/// The reason why a message was not signed. If one of several signatures cannot be made, none is.
public enum SigningError: Error, Sendable, Hashable {
  /// The message has no From field, apart from ones that start after a bare CR or LF inside another field.
  /// // RFC 6376 §5.4
  case noFrom
  /// The message has several From fields, including ones that start after a bare CR or LF inside another field.
  /// // RFC 5322 §3.6
  case severalFrom(count: Int)
  /// The message is empty.
  case emptyMessage
  /// There are no signing requests.
  case noRequests
  /// The header section is too large.
  case header(MessageHeader.Excess)
  /// `h=` would have more names than verifiers accept.
  case tooManyHeaderNames(count: Int, limit: Int)
  /// The domain of `i=` is neither the signing domain nor a subdomain of it.
  case identityOutsideDomain(identity: String, domain: String)
  /// The local part of `i=` contains control characters, which are not allowed. // RFC 5321 §4.1.2
  case controlCharacterInIdentity
  /// `t=` would have more than 12 digits. // RFC 6376 §3.5
  case timeTooLate(Timestamp)
  /// `x=` would not be later than `t=`. // RFC 6376 §3.5
  case noLifetime
  /// A name to oversign that `h=` cannot contain because of a semicolon, or that is DKIM-Signature.
  case notAHeaderName(String)
  /// `s=`, `_domainkey` and `d=` do not form a valid DNS name.
  case queryNameTooLong(selector: String, domain: String)
  /// `l=` exceeds the length of the body.
  case bodyTooShort(signed: UInt64, actual: UInt64)
  /// The cryptographic library could not sign with the key.
  case key(SigningKeyError)
}

extension SigningError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noFrom: "the message has no From field, which every DKIM signature must cover"
    case .severalFrom(let count): "the message has \(count) From fields; exactly one is allowed"
    case .emptyMessage: "the message is empty"
    case .noRequests: "no signature was requested"
    case .header(let excess): excess.description
    case .tooManyHeaderNames(let count, let limit):
      "h= would name \(count) header fields; verifiers accept at most \(limit)"
    case .identityOutsideDomain(let identity, let domain): "the identity \(identity) is not within d=\(domain)"
    case .controlCharacterInIdentity: "the identity contains a control character, which is not allowed in an address"
    case .timeTooLate(let time): "t=\(time) would have more than 12 digits"
    case .noLifetime: "the signature would expire immediately (x= must be later than t=)"
    case .notAHeaderName(let name):
      "\"\(Octets.printable(name))\" cannot be oversigned: it is not a header field name, contains a semicolon, "
        + "or is DKIM-Signature"
    case .queryNameTooLong(let selector, let domain):
      "\(selector)._domainkey.\(domain) is too long for a domain name"
    case .bodyTooShort(let signed, let actual): "l=\(signed), but the body has \(actual) bytes"
    case .key(let error): "\(error)"
    }
  }
}
