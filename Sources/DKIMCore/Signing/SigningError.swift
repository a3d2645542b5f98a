/// The reason why a message was not signed, or why a ``SigningRequest`` is not valid. If one of several signatures cannot
/// be made, none is.
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
  /// The lifetime is less than one second, or `x=` would not be later than `t=`. // RFC 6376 §3.5
  case noLifetime
  /// A name to oversign that `h=` cannot contain because of a semicolon, or that is DKIM-Signature.
  case notAHeaderName(String)
  /// `s=`, `_domainkey` and `d=` do not form a valid DNS name.
  case queryNameTooLong(selector: String, domain: String)
  /// `l=` exceeds the length of the body.
  case bodyTooShort(signed: UInt64, actual: UInt64)
  /// The cryptographic library could not sign with the key.
  case key(SigningKeyError)
  /// An external key cannot be used.
  case externalKey(selector: String, domain: String, ExternalKeyFailure)
}

/// The reason why an external key, or a signature by one, cannot be used.
public enum ExternalKeyFailure: Error, Sendable, Hashable {
  /// The public key is not valid.
  case publicKey(PublicKeyError)
  /// The key did not sign; the text is the description of the error that it threw.
  case failed(String)
  /// The signature has a length that no signature by this key has.
  case wrongLength(Int, expected: Int)
  /// The signature does not verify with the public key.
  case badSignature
  /// No signature was supplied.
  case missing
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
      "\"\(PrintableText.line(name))\" cannot be oversigned: it is not a header field name, contains a semicolon, "
        + "or is DKIM-Signature"
    case .queryNameTooLong(let selector, let domain):
      "\(selector)._domainkey.\(domain) is too long for a domain name"
    case .bodyTooShort(let signed, let actual): "l=\(signed), but the body has \(actual) bytes"
    case .key(let error): "\(error)"
    case .externalKey(let selector, let domain, let failure):
      "the external key s=\(selector) d=\(domain) cannot be used: \(failure)"
    }
  }
}

extension ExternalKeyFailure: CustomStringConvertible {
  public var description: String {
    switch self {
    case .publicKey(let error): "\(error)"
    case .failed(let reason): PrintableText.line(reason)
    case .wrongLength(let length, let expected): "it made a signature of \(length) bytes, expected \(expected)"
    case .badSignature: "its signature does not verify with its public key"
    case .missing: "it made no signature"
    }
  }
}
