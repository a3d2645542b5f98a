import DKIMCore

/// What a result means, in sentences that an administrator can act on.
struct Explanation {
  private let result: VerificationResult
  private let time: Timestamp

  /// - Parameter time: the moment of verification.
  static func sentences(_ result: VerificationResult, at time: Timestamp) -> [String] {
    let explanation = Explanation(result: result, time: time)
    return explanation.outcome() + explanation.warnings()
  }

  private func outcome() -> [String] {
    switch result.outcome {
    case .success: []
    case .temporaryFailure: ["Asked for the TXT record \(keyName); a later try may succeed."]
    case .permanentFailure(let failure): permanent(failure)
    case .unacceptable(let reason): unacceptable(reason)
    }
  }

  private func permanent(_ failure: PermanentFailure) -> [String] {
    switch failure {
    case .bodyHashDidNotVerify: [bodyChanged]
    case .signatureDidNotVerify:
      [
        "The body is as it was signed. A signed header field was changed, added or removed after signing, or "
          + "\(keyName) does not hold the key that signed."
      ]
    case .bodyTooShort: ["A part of the body was cut off after signing."]
    case .noKey(let name, let exists):
      [
        "Asked for the TXT record \(name); the answer was that "
          + (exists ? "the name has no TXT record." : "there is no such name.")
          + " The key was withdrawn, or never published there."
      ]
    case .keyRecord:
      ["Asked for the TXT record \(keyName); \(recordCount) came back, and no key that can be used."]
    case .inappropriateKeyAlgorithm, .inappropriateHashAlgorithm, .inapplicableService, .inapplicableIdentity:
      ["Asked for the TXT record \(keyName); the key there is not for this signature."]
    case .signatureField: ["The DKIM-Signature field itself is wrong: whoever signed has to mend it."]
    }
  }

  private var bodyChanged: String {
    switch result.headerHash {
    case .matches: "The body was changed after signing; the signed header fields are as they were."
    case .differs: "Both the body and the signed header fields differ from what was signed."
    case .notChecked: "The body was changed after signing."
    }
  }

  private func unacceptable(_ reason: PolicyReason) -> [String] {
    switch reason {
    case .expired(let end):
      [
        "It expired on \(Clock.text(end)), \(Clock.duration(time.seconds - min(end.seconds, time.seconds))) "
          + "before this verification; header and body \(areRight)."
      ]
    case .keyTooSmall, .keyTooLarge, .exponentTooLarge:
      ["Asked for the TXT record \(keyName); the domain has to publish another key."]
    case .unsignedBody, .unsignedFrom, .fromTheFuture, .singleLabelDomain: ["Header and body \(areRight)."]
    case .tooManySignatures, .tooManyHeaderNames, .header: []
    }
  }

  private var areRight: String {
    result.bodyHash == .matches && result.headerHash == .matches ? "are as they were signed" : "were not compared"
  }

  /// What a reader should know even of a signature that passes.
  private func warnings() -> [String] {
    guard let signature = result.signature, result.outcome == .success else { return [] }
    var sentences: [String] = []
    if let octets = result.body?.unsignedOctets, octets > 0 {
      sentences.append(
        "Warning: the last \(octets) octets of the body are not signed (l=); anybody may have added them.")
    }
    if let header = result.header, header.unsignedFromFields > 0 {
      sentences.append(
        "Warning: \(header.unsignedFromFields) of \(header.fromFields) From fields are not signed; a reader may "
          + "be shown one of these.")
    }
    if let timestamp = signature.timestamp, timestamp > time {
      sentences.append("Warning: it was made in the future, on \(Clock.text(timestamp)) (t=).")
    }
    return sentences
  }

  private var keyName: String { result.signature?.keyQuery.name ?? "of the key" }

  private var recordCount: String {
    let count = result.key?.recordCount ?? 0
    return count == 1 ? "one record" : "\(count) records"
  }
}
