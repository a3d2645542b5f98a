/// What became of one signature, in the words of RFC 6376. // RFC 6376 §3.9, §6.1
public enum VerificationOutcome: Sendable, Hashable {
  /// SUCCESS
  case success
  /// PERMFAIL: no later try can succeed.
  case permanentFailure(PermanentFailure)
  /// TEMPFAIL: the key could not be fetched now.
  case temporaryFailure(KeyLookupFailure)
  /// True or not, the local policy does not want it.
  case unacceptable(PolicyReason)
}

/// PERMFAIL and its reasons. // RFC 6376 §6.1.1, §6.1.2, §6.1.3
public enum PermanentFailure: Sendable, Hashable {
  /// The DKIM-Signature field is none that can be evaluated.
  case signatureField(SignatureFieldError)
  /// No key for signature: `name` does not exist (`exists` false) or has no TXT record.
  case noKey(name: String, exists: Bool)
  /// What is published is no key that can be used.
  case keyRecord(KeyRecordError)
  /// `a=` and `k=` differ.
  case inappropriateKeyAlgorithm(signature: KeyType, key: KeyType)
  /// `h=` of the key does not list sha256.
  case inappropriateHashAlgorithm(allowed: [String])
  /// `s=` of the key does not list email.
  case inapplicableService(services: [String])
  /// `t=s`, and `i=` is below `d=`.
  case inapplicableIdentity(identity: String)
  /// `l=` is more than the body has.
  case bodyTooShort(signed: UInt64, actual: UInt64)
  /// The body is not what was signed.
  case bodyHashDidNotVerify
  /// The header is not what was signed, or somebody else's key signed it.
  case signatureDidNotVerify
}

/// Why a signature is not acceptable here.
public enum PolicyReason: Sendable, Hashable {
  case tooManySignatures(limit: Int)
  case tooManyHeaderNames(limit: Int)
  case header(MessageHeader.Excess)
  case keyTooSmall(bits: Int, minimum: Int)
  case keyTooLarge(bits: Int, limit: Int)
  case exponentTooLarge(bits: Int)
  case expired(at: Timestamp)
  case fromTheFuture(timestamp: Timestamp)
  case unsignedBody(octets: UInt64)
  case singleLabelDomain(String)
  /// `unsigned` of the message's `count` From fields are not covered by the signature.
  case unsignedFrom(count: Int, unsigned: Int)
}

extension VerificationOutcome {
  /// The one table from outcomes to the words of Authentication-Results. // RFC 8601 §2.7.1
  public var word: AuthenticationWord {
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
  /// The reason in words; for a success that it is one.
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
  /// The reason in words for a field of the message, which anyone may read: without the addresses and the limits of
  /// this host.
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
      "inappropriate key algorithm: the signature is \(signature.rawValue), the key \(key.rawValue)"
    case .inappropriateHashAlgorithm(let allowed):
      "inappropriate hash algorithm: the key allows \(Self.list(allowed)), not sha256"
    case .inapplicableService(let services):
      "inapplicable key: it is for \(Self.list(services)), not for email"
    case .inapplicableIdentity(let identity):
      "inapplicable key: its t=s forbids i=\(identity) below the domain"
    case .bodyTooShort(let signed, let actual):
      "l=\(signed == .max ? "a huge number" : String(signed)) is more than the \(actual) octets of the body"
    case .bodyHashDidNotVerify: "body hash did not verify"
    case .signatureDidNotVerify: "signature did not verify"
    }
  }

  private static func list(_ words: [String]) -> String { QuotedPrintable.report(words.joined(separator: ", ")) }
}

extension PolicyReason: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooManySignatures(let limit): "not evaluated: only the first \(limit) signatures of a message are"
    case .tooManyHeaderNames(let limit): "h= names more than \(limit) header fields"
    case .header(let excess): excess.description
    case .keyTooSmall(let bits, let minimum): "key too small: \(bits) bits, \(minimum) is the least accepted"
    case .keyTooLarge(let bits, let limit): "key too large: \(bits) bits, \(limit) is the most accepted"
    case .exponentTooLarge(let bits): "the key's public exponent has \(bits) bits, 64 is the most accepted"
    case .expired(let time): "signature expired at \(time)"
    case .fromTheFuture(let timestamp): "signature is from the future (t=\(timestamp))"
    case .unsignedBody(let octets): "\(octets) octets at the end of the body are unsigned (l=)"
    case .singleLabelDomain(let domain): "d=\(domain) is a single label"
    case .unsignedFrom(let count, let unsigned):
      count == 0
        ? "the message has no From field" : "\(unsigned) of \(count) From fields unsigned"
    }
  }
}

extension KeyLookupFailure {
  /// What came from the domain's side; `nil` where the reason is on this one.
  fileprivate var publicText: String? {
    switch self {
    case .timeout: "timeout"
    case .malformed: "malformed answer"
    case .unavailable: nil
    case .serverFailure, .refused, .responseCode, .aliasLoop, .bogus: description
    }
  }
}

extension KeyLookupFailure: CustomStringConvertible {
  public var description: String {
    switch self {
    case .timeout(let seconds): "no answer within \(seconds) s"
    case .serverFailure: "the server failed (SERVFAIL)"
    case .refused: "the server refused (REFUSED)"
    case .responseCode(let code): "the server answered with code \(code)"
    case .malformed(let what): "malformed answer: \(what)"
    case .aliasLoop: "the chain of CNAMEs does not end"
    case .bogus: "DNSSEC validation failed"
    case .unavailable(let why): why
    }
  }
}
