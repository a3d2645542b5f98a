public import DKIMCore

/// A signature of a message, its verification result, and why it failed.
///
///     let diagnoses = await SignatureDiagnosis.all(of: message, verifier: verifier, keys: source, at: now)
///     for diagnosis in diagnoses { print(diagnosis.result.reason, diagnosis.causes) }
public struct SignatureDiagnosis: Sendable {
  /// The verification result.
  public let result: VerificationResult
  /// What the result means, in English sentences; empty if a signature passes without warnings. The sentences can
  /// contain text from the message, so they must be escaped before they are printed on a terminal.
  public let explanation: [String]
  /// What may have happened to the message after it was signed; empty if the signature passes, or if no change that is
  /// tried makes it valid.
  public let causes: [Cause]

  /// Verifies all signatures of a message, and searches for the cause of each failure.
  ///
  /// The search tries a limited number of possible changes: up to 64 headers, and bodies of 256 MiB in total for each
  /// signature.
  /// - Parameters:
  ///   - message: the message, byte for byte as it was received, with CRLF line endings.
  ///   - verifier: the verifier, whose policy determines the results.
  ///   - keys: the source of key records. Each key is looked up once.
  ///   - time: the time with which `t=` and `x=` are compared.
  /// - Returns: one value for each DKIM-Signature field, top down. The list is also empty if the header exceeds the
  ///   default `MessageHeader.Limits` before the first signature, so it does not mean that the message is unsigned.
  public static func all(
    of message: [UInt8], verifier: Verifier, keys: any PublicKeySource, at time: Timestamp
  ) async -> [SignatureDiagnosis] {
    let context = VerificationContext(verifier: verifier, keys: keys, time: time)
    let verification = await MessageVerification(message, in: context)
    return zip(verification.results, verification.causes()).map { result, causes in
      SignatureDiagnosis(
        result: result, explanation: FailureExplanation.sentences(result, at: time), causes: causes)
    }
  }
}
