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
  case unsignedBody(bytes: UInt64)
  /// `d=` has a single label.
  case singleLabelDomain(String)
  /// The signature does not cover `unsigned` of the message's `count` From fields.
  case unsignedFrom(count: Int, unsigned: Int)
  /// The signature does not meet the ``SignatureRequirement`` with this name, for the reason that it returned.
  case requirement(name: String, reason: String)
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
