/// The outcome for one signature, in the terms of RFC 6376. // RFC 6376 §3.9, §6.1
public enum VerificationOutcome: Sendable, Hashable {
  /// SUCCESS
  case success
  /// PERMFAIL: trying again later cannot succeed.
  case permanentFailure(PermanentFailure)
  /// TEMPFAIL: the key could not be retrieved this time.
  case temporaryFailure(KeyLookupFailure)
  /// Local policy does not accept the signature, whether or not it is valid.
  case unacceptable(PolicyReason)
}

/// The reason for a PERMFAIL. // RFC 6376 §6.1.1, §6.1.2, §6.1.3
public enum PermanentFailure: Sendable, Hashable {
  /// The DKIM-Signature field cannot be evaluated.
  case signatureField(SignatureFieldError)
  /// No key for signature: `name` does not exist (`exists` false) or has no TXT record.
  case noKey(name: String, exists: Bool)
  /// The published record is not a usable key.
  case keyRecord(KeyRecordError)
  /// `a=` and `k=` differ.
  case inappropriateKeyAlgorithm(signature: KeyType, key: KeyType)
  /// `h=` of the key does not list sha256.
  case inappropriateHashAlgorithm(allowed: [String])
  /// `s=` of the key does not list email.
  case inapplicableService(services: [String])
  /// The key has `t=s`, and the domain of `i=` is a subdomain of `d=`.
  case inapplicableIdentity(identity: String)
  /// `l=` exceeds the length of the body.
  case bodyTooShort(signed: UInt64, actual: UInt64)
  /// The body differs from what was signed.
  case bodyHashDidNotVerify
  /// The header differs from what was signed, or a different key signed it.
  case signatureDidNotVerify
}

/// The reason why local policy does not accept a signature.
public enum PolicyReason: Sendable, Hashable {
  /// The message has more signatures than are evaluated.
  case tooManySignatures(limit: Int)
  /// `h=` has more names than the limit.
  case tooManyHeaderNames(limit: Int)
  /// The header section is too large.
  case header(MessageHeader.Excess)
  /// The RSA key is smaller than the minimum.
  case keyTooSmall(bits: Int, minimum: Int)
  /// The RSA key is larger than the limit.
  case keyTooLarge(bits: Int, limit: Int)
  /// The public exponent of the RSA key has more than 64 bits.
  case exponentTooLarge(bits: Int)
  /// The signature is past its `x=`.
  case expired(at: Timestamp)
  /// The `t=` of the signature is in the future.
  case fromTheFuture(timestamp: Timestamp)
  /// `l=` leaves this number of bytes at the end of the body unsigned.
  case unsignedBody(octets: UInt64)
  /// `d=` has a single label.
  case singleLabelDomain(String)
  /// The signature does not cover `unsigned` of the message's `count` From fields.
  case unsignedFrom(count: Int, unsigned: Int)
}

extension VerificationOutcome {
  /// The result code for Authentication-Results. This is the only place where outcomes are mapped to codes.
  /// // RFC 8601 §2.7.1
  public var code: DKIMResultCode {
    switch self {
    // "the signature(s) passed verification tests"
    case .success: .pass
    // "some error that is likely transient in nature"
    case .temporaryFailure: .temperror
    // "some aspect of the signature or signatures was not acceptable to the ADMD"
    case .unacceptable: .policy
    case .permanentFailure(let failure):
      switch failure {
      // "but they failed the verification test(s)"
      case .bodyHashDidNotVerify, .signatureDidNotVerify: .fail
      // "some error that is unrecoverable, such as a required header field being absent"
      case .signatureField, .noKey, .keyRecord, .inappropriateKeyAlgorithm, .inappropriateHashAlgorithm,
        .inapplicableService, .inapplicableIdentity, .bodyTooShort:
        .permerror
      }
    }
  }
}

extension VerificationOutcome: CustomStringConvertible {
  /// The reason as text; for a success, a statement that the signature verified.
  public var description: String {
    switch self {
    case .success: "signature verified"
    case .permanentFailure(let failure): failure.description
    case .temporaryFailure(let failure): "key unavailable: \(failure)"
    case .unacceptable(let reason): reason.description
    }
  }
}

extension VerificationOutcome {
  /// The reason as text for a header field, which anyone may read: without the addresses and limits of this host.
  package var publicReason: String {
    guard case .temporaryFailure(let failure) = self else { return description }
    return "key unavailable" + (failure.publicText.map { ": \($0)" } ?? "")
  }
}

extension PermanentFailure: CustomStringConvertible {
  public var description: String {
    switch self {
    case .signatureField(let error): "\(error)"
    case .noKey(let name, let exists):
      "no key for signature: " + (exists ? "\(name) has no TXT record" : "\(name) does not exist")
    case .keyRecord(let error): "\(error)"
    case .inappropriateKeyAlgorithm(let signature, let key):
      "inappropriate key algorithm: the signature uses \(signature.rawValue), the key is \(key.rawValue)"
    case .inappropriateHashAlgorithm(let allowed):
      "inappropriate hash algorithm: the key allows \(Self.list(allowed)), not sha256"
    case .inapplicableService(let services):
      "inapplicable key: it is for \(Self.list(services)), not for email"
    case .inapplicableIdentity(let identity):
      "inapplicable key: t=s does not allow i=\(identity) in a subdomain"
    case .bodyTooShort(let signed, let actual):
      "l=\(signed == .max ? "a huge number" : String(signed)), but the body has \(actual) bytes"
    case .bodyHashDidNotVerify: "body hash did not verify"
    case .signatureDidNotVerify: "signature did not verify"
    }
  }

  private static func list(_ words: [String]) -> String { QuotedPrintable.report(words.joined(separator: ", ")) }
}

extension PolicyReason: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooManySignatures(let limit): "not evaluated: only \(limit) signatures per message are evaluated"
    case .tooManyHeaderNames(let limit): "h= names more than \(limit) header fields"
    case .header(let excess): excess.description
    case .keyTooSmall(let bits, let minimum): "key too small: \(bits) bits, at least \(minimum) required"
    case .keyTooLarge(let bits, let limit): "key too large: \(bits) bits exceed the limit of \(limit)"
    case .exponentTooLarge(let bits): "the key's public exponent has \(bits) bits; the limit is 64"
    case .expired(let time): "signature expired at \(time)"
    case .fromTheFuture(let timestamp): "signature is from the future (t=\(timestamp))"
    case .unsignedBody(let octets): "\(octets) bytes at the end of the body are unsigned (l=)"
    case .singleLabelDomain(let domain): "d=\(domain) is a single label"
    case .unsignedFrom(let count, let unsigned):
      count == 0
        ? "the message has no From field" : "\(unsigned) of \(count) From fields unsigned"
    }
  }
}

extension KeyLookupFailure {
  /// The text if the cause is on the domain's side; `nil` if it is on this host.
  fileprivate var publicText: String? {
    switch self {
    case .timeout: "timeout"
    case .malformed: "malformed response"
    case .unavailable: nil
    case .serverFailure, .refused, .responseCode, .aliasLoop, .bogus: description
    }
  }
}

extension KeyLookupFailure: CustomStringConvertible {
  public var description: String {
    switch self {
    case .timeout(let seconds): "no response within \(seconds) s"
    case .serverFailure: "the server failed (SERVFAIL)"
    case .refused: "the server refused (REFUSED)"
    case .responseCode(let code): "the server responded with code \(code)"
    case .malformed(let what): "malformed response: \(what)"
    case .aliasLoop: "the CNAME chain is too long or circular"
    case .bogus: "DNSSEC validation failed"
    case .unavailable(let why): why
    }
  }
}
