package import DKIMCore

/// Explains what a result means, in sentences that an administrator can act on.
package struct FailureExplanation {
  private let result: VerificationResult
  private let time: Timestamp

  /// Returns the explanation of a result.
  ///
  /// - Parameter time: the time of verification.
  package static func sentences(_ result: VerificationResult, at time: Timestamp) -> [String] {
    let explanation = FailureExplanation(result: result, time: time)
    return explanation.outcome() + explanation.warnings()
  }

  private func outcome() -> [String] {
    switch result.outcome {
    case .success: []
    case .temporaryFailure: ["Queried the TXT record \(keyName); a later attempt may succeed."]
    case .permanentFailure(let failure): permanent(failure)
    case .unacceptable(let reason): unacceptable(reason)
    }
  }

  private func permanent(_ failure: PermanentFailure) -> [String] {
    switch failure {
    case .bodyHashDidNotVerify: [bodyChanged]
    case .signatureDidNotVerify:
      [
        "The body was not changed. A signed header field was changed, added or removed after signing, or "
          + "\(keyName) does not have the key that made the signature."
      ]
    case .bodyTooShort: ["Part of the body was cut off after signing."]
    case .noKey(let name, let exists):
      [
        "Queried the TXT record \(name); the response was that "
          + (exists ? "the name has no TXT record." : "the name does not exist.")
          + " The key was withdrawn, or was never published there."
      ]
    case .keyRecord(.revoked): ["Queried the TXT record \(keyName); the domain has revoked this key."]
    case .keyRecord:
      ["Queried the TXT record \(keyName); the response has \(recordCount), but no usable key."]
    case .inappropriateKeyAlgorithm, .inappropriateHashAlgorithm, .inapplicableService, .inapplicableIdentity:
      ["Queried the TXT record \(keyName); the key there is not valid for this signature."]
    case .signatureField: ["The DKIM-Signature field is malformed; only the signer can fix it."]
    }
  }

  private var bodyChanged: String {
    switch result.headerHash {
    case .matches: "The body was changed after signing; the signed header fields were not changed."
    case .differs: "Both the body and the signed header fields differ from what was signed."
    case .notChecked: "The body was changed after signing."
    }
  }

  private func unacceptable(_ reason: PolicyReason) -> [String] {
    switch reason {
    case .expired(let end):
      [
        "The signature expired on \(TimeText.date(end)), \(TimeText.duration(time.seconds - min(end.seconds, time.seconds))) "
          + "before this verification; the header and body \(areRight)."
      ]
    case .keyTooSmall, .keyTooLarge, .exponentTooLarge:
      ["Queried the TXT record \(keyName); the domain must publish another key."]
    case .unsignedBody, .unsignedFrom, .fromTheFuture, .singleLabelDomain: ["The header and body \(areRight)."]
    case .tooManySignatures, .tooManyHeaderNames, .header: []
    }
  }

  private var areRight: String {
    result.bodyHash == .matches && result.headerHash == .matches ? "were not changed" : "were not checked"
  }

  /// Returns warnings about a signature that passes.
  private func warnings() -> [String] {
    guard result.outcome == .success else { return [] }
    let faults = [("header", result.header?.faults), ("body", result.body?.faults)]
      .compactMap { location, faults in
        faults.flatMap { $0.isEmpty ? nil : "Warning: the \(location) has \($0), which other hosts may change." }
      }
    return remarkWarnings() + faults
  }

  private func remarkWarnings() -> [String] {
    result.remarks.map { remark in
      switch remark {
      case .unsignedBody(let octets):
        "Warning: the last \(octets) bytes of the body are not signed (l=); anyone may have added them."
      case .fromTheFuture(let timestamp):
        "Warning: the signing time is in the future, \(TimeText.date(timestamp)) (t=)."
      case .unsignedFrom(let count, let unsigned) where count > 0:
        "Warning: \(unsigned) of \(count) From fields \(unsigned == 1 ? "is" : "are") not signed; a mail "
          + "program may display an unsigned one."
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
