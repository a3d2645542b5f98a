/// The texts for one outcome. This file is the only place where outcomes are worded.
package struct OutcomeText: Sendable {
  /// The reason in a few words; for a success, a statement that the signature verified.
  package let short: String
  /// The reason in OpenDKIM's words, followed by details, for a header field or a log that anyone may read.
  package let openDKIM: String
  private let long: (@Sendable (VerificationResult) -> String)?

  /// - Parameters:
  ///   - openDKIM: `nil` if OpenDKIM has no words of its own.
  ///   - long: makes the long sentence; `nil` if there is none.
  fileprivate init(
    _ short: String, openDKIM: String? = nil, long: (@Sendable (VerificationResult) -> String)? = nil
  ) {
    self.short = short
    self.openDKIM = openDKIM ?? short
    self.long = long
  }

  /// Returns the sentence that an administrator can act on; `nil` if there is none.
  /// - Parameter result: the result with this outcome.
  package func sentence(_ result: VerificationResult) -> String? { long?(result) }
}

// MARK: Outcomes

extension VerificationOutcome {
  package var text: OutcomeText {
    switch self {
    case .success: OutcomeText("signature verified")
    case .permanentFailure(let failure): failure.text
    case .temporaryFailure(let failure):
      OutcomeText("key unavailable: \(failure)", openDKIM: publicReason) {
        "Queried the TXT record \($0.keyName); a later attempt may succeed."
      }
    case .unacceptable(let reason): reason.text
    }
  }
}

extension VerificationOutcome: CustomStringConvertible {
  /// The reason as text; for a success, a statement that the signature verified.
  public var description: String { text.short }
}

extension VerificationOutcome {
  /// The reason as text for a header field, which anyone may read: without the addresses and limits of this host.
  package var publicReason: String {
    guard case .temporaryFailure(let failure) = self else { return description }
    return "key unavailable" + (failure.publicText.map { ": \($0)" } ?? "")
  }
}

// MARK: Permanent failures

extension PermanentFailure: CustomStringConvertible {
  public var description: String { text.short }
}

extension PermanentFailure {
  fileprivate var text: OutcomeText {
    switch self {
    case .signatureField(let error):
      OutcomeText("\(error)") { _ in "The DKIM-Signature field is malformed; only the signer can fix it." }
    case .noKey(let name, let exists): Self.noKey(name, exists: exists)
    case .keyRecord(let error): Self.keyRecord(error)
    case .inappropriateKeyAlgorithm(let signature, let key):
      OutcomeText(
        "inappropriate key algorithm: the signature uses \(signature.rawValue), the key is \(key.rawValue)",
        long: Self.invalidKey)
    case .inappropriateHashAlgorithm(let allowed):
      OutcomeText(
        "inappropriate hash algorithm: the key allows \(Self.list(allowed)), not sha256",
        openDKIM: "signature-key hash mismatch", long: Self.invalidKey)
    case .inapplicableService(let services):
      OutcomeText(
        "inapplicable key: it is for \(Self.list(services)), not for email", after: "not an e-mail key",
        long: Self.invalidKey)
    case .inapplicableIdentity(let identity):
      OutcomeText(
        "inapplicable key: t=s does not allow i=\(identity) in a subdomain", after: "unauthorized subdomain",
        long: Self.invalidKey)
    case .bodyTooShort(let signed, let actual):
      OutcomeText(
        "l=\(signed == .max ? "a huge number" : String(signed)), but the body has \(actual) bytes",
        after: "length tag value exceeds body size"
      ) { _ in "Part of the body was cut off after signing." }
    case .bodyHashDidNotVerify:
      OutcomeText(
        "body hash did not verify", openDKIM: "signature verification failed: the body was changed",
        long: Self.bodyChanged)
    case .signatureDidNotVerify:
      OutcomeText("signature did not verify", openDKIM: "signature verification failed: the header was changed") {
        "The body was not changed. A signed header field was changed, added or removed after signing, or "
          + "\($0.keyName) does not have the key that made the signature."
      }
    }
  }

  private static func noKey(_ name: String, exists: Bool) -> OutcomeText {
    OutcomeText(
      "no key for signature: " + (exists ? "\(name) has no TXT record" : "\(name) does not exist"),
      openDKIM: "key not found in DNS"
    ) { _ in
      "Queried the TXT record \(name); the response was that "
        + (exists ? "the name has no TXT record." : "the name does not exist.")
        + " The key was withdrawn, or was never published there."
    }
  }

  private static func keyRecord(_ error: KeyRecordError) -> OutcomeText {
    switch error {
    case .revoked:
      OutcomeText("\(error)", openDKIM: "key revoked") {
        "Queried the TXT record \($0.keyName); the domain has revoked this key."
      }
    case .incompatibleVersion(let version):
      OutcomeText("\(error)", openDKIM: "unknown key version: v=\(version)", long: noUsableKey)
    default: OutcomeText("\(error)", long: noUsableKey)
    }
  }

  @Sendable private static func noUsableKey(_ result: VerificationResult) -> String {
    let count = result.key?.recordCount ?? 0
    let records = count == 1 ? "one record" : "\(count) records"
    return "Queried the TXT record \(result.keyName); the response has \(records), but no usable key."
  }

  @Sendable private static func invalidKey(_ result: VerificationResult) -> String {
    "Queried the TXT record \(result.keyName); the key there is not valid for this signature."
  }

  @Sendable private static func bodyChanged(_ result: VerificationResult) -> String {
    switch result.headerHash {
    case .matches: "The body was changed after signing; the signed header fields were not changed."
    case .differs: "Both the body and the signed header fields differ from what was signed."
    case .notChecked: "The body was changed after signing."
    }
  }

  private static func list(_ words: [String]) -> String { QuotedPrintable.report(words.joined(separator: ", ")) }
}

extension OutcomeText {
  /// Creates texts where OpenDKIM's words come before the short text.
  fileprivate init(_ short: String, after words: String, long: @escaping @Sendable (VerificationResult) -> String) {
    self.init(short, openDKIM: "\(words): \(short)", long: long)
  }
}

// MARK: Policy

extension PolicyReason: CustomStringConvertible {
  public var description: String { text.short }
}

extension PolicyReason {
  fileprivate var text: OutcomeText {
    switch self {
    case .tooManySignatures(let limit):
      OutcomeText("not evaluated: only \(limit) signatures per message are evaluated")
    case .tooManyHeaderNames(let limit): OutcomeText("h= names more than \(limit) header fields")
    case .header(let excess): OutcomeText(excess.description)
    case .keyTooSmall(let bits, let minimum):
      OutcomeText(
        "key too small: \(bits) bits, at least \(minimum) required",
        openDKIM: "signing key too small: \(bits) bits, need at least \(minimum)", long: Self.anotherKey)
    case .keyTooLarge(let bits, let limit):
      OutcomeText("key too large: \(bits) bits exceed the limit of \(limit)", long: Self.anotherKey)
    case .exponentTooLarge(let bits):
      OutcomeText("the key's public exponent has \(bits) bits; the limit is 64", long: Self.anotherKey)
    // The tool has a long sentence with the dates.
    case .expired(let time): OutcomeText("signature expired at \(time)")
    case .fromTheFuture(let timestamp):
      OutcomeText("signature is from the future (t=\(timestamp))", long: Self.unchanged)
    case .unsignedBody(let bytes):
      OutcomeText("\(bytes) bytes at the end of the body are unsigned (l=)", long: Self.unchanged)
    case .singleLabelDomain(let domain): OutcomeText("d=\(domain) is a single label", long: Self.unchanged)
    case .unsignedFrom(let count, let unsigned):
      OutcomeText(
        count == 0 ? "the message has no From field" : "\(unsigned) of \(count) From fields unsigned",
        long: Self.unchanged)
    // The reason may quote the message.
    case .requirement(_, let reason):
      OutcomeText(QuotedPrintable.report(PrintableText.line(reason)), long: Self.unchanged)
    }
  }

  @Sendable private static func anotherKey(_ result: VerificationResult) -> String {
    "Queried the TXT record \(result.keyName); the domain must publish another key."
  }

  @Sendable private static func unchanged(_ result: VerificationResult) -> String {
    "The header and body \(result.changeText)."
  }
}

extension VerificationResult {
  /// Whether the header and body were changed, as the end of a sentence about them.
  package var changeText: String {
    bodyHash == .matches && headerHash == .matches ? "were not changed" : "were not checked"
  }

  fileprivate var keyName: String { signature?.keyQuery.name ?? "of the key" }
}

// MARK: Key lookup

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
