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
    if case .unacceptable(.expired(let end)) = result.outcome {
      let age = TimeText.duration(time.seconds - min(end.seconds, time.seconds))
      return [
        "The signature expired on \(TimeText.date(end)), \(age) before this verification; the header and body "
          + "\(result.changeText)."
      ]
    }
    return result.outcome.text.sentence(result).map { [$0] } ?? []
  }

  /// Returns warnings about a signature that passes.
  private func warnings() -> [String] {
    guard result.outcome == .success else { return [] }
    let defectWarnings = [("header", result.header?.defects), ("body", result.body?.defects)]
      .compactMap { location, defects in
        defects.flatMap { $0.isEmpty ? nil : "Warning: the \(location) has \($0), which other hosts may change." }
      }
    return remarkWarnings() + defectWarnings
  }

  private func remarkWarnings() -> [String] {
    result.remarks.map { remark in
      switch remark {
      case .unsignedBody(let bytes):
        "Warning: the last \(bytes) bytes of the body are not signed (l=); anyone may have added them."
      case .fromTheFuture(let timestamp):
        "Warning: the signing time is in the future, \(TimeText.date(timestamp)) (t=)."
      case .unsignedFrom(let count, let unsigned) where count > 0:
        "Warning: \(unsigned) of \(count) From fields \(unsigned == 1 ? "is" : "are") not signed; a mail "
          + "program may display an unsigned one."
      default: "Warning: \(remark)."
      }
    }
  }
}
