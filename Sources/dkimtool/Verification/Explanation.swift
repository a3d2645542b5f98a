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
    case .keyRecord(.revoked): ["Asked for the TXT record \(keyName); the domain has withdrawn this key."]
    case .keyRecord:
      ["Asked for the TXT record \(keyName); \(recordCount) came back, and no key that can be used."]
    case .inappropriateKeyAlgorithm, .inappropriateHashAlgorithm, .inapplicableService, .inapplicableIdentity:
      ["Asked for the TXT record \(keyName); the key there is not for this signature."]
    case .signatureField: ["The DKIM-Signature field itself is wrong: whoever signed has to fix it."]
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

  /// What there is not to like about a signature that passes.
  private func warnings() -> [String] {
    guard result.outcome == .success else { return [] }
    let faults = [("header", result.header?.faults), ("body", result.body?.faults)]
      .compactMap { place, faults in
        faults.flatMap { $0.isEmpty ? nil : "Warning: the \(place) has \($0); hosts on its way may change that." }
      }
    return remarkWarnings() + faults
  }

  private func remarkWarnings() -> [String] {
    result.remarks.map { remark in
      switch remark {
      case .unsignedBody(let octets):
        "Warning: the last \(octets) octets of the body are not signed (l=); anybody may have added them."
      case .fromTheFuture(let timestamp):
        "Warning: it says it was made in the future, on \(Clock.text(timestamp)) (t=)."
      case .unsignedFrom(let count, let unsigned) where count > 0:
        "Warning: \(unsigned) of \(count) From fields \(unsigned == 1 ? "is" : "are") not signed; a reader may be "
          + "shown that one."
      default: "Warning: \(remark)."
      }
    }
  }

  private var keyName: String { result.signature?.keyQuery.name ?? "of the key" }

  private var recordCount: String {
    let count = result.key?.recordCount ?? 0
    return count == 1 ? "one record" : "\(count) records"
  }
}
