/// A requirement of the caller, which a signature must meet in addition to the RFCs and the ``VerificationPolicy``.
///
///     let aligned = SignatureRequirement("alignment") { signature in
///       signature.signature.domain == author ? nil : "not a signature of the author's domain"
///     }
///     let verifier = Verifier(requirements: [aligned])
///
/// Only signatures that would pass are examined, so a requirement can make a result worse, but never better. The result
/// of a signature that does not meet it is `policy`, with ``PolicyReason/requirement(name:reason:)``. // RFC 8601 §2.7.1
public struct SignatureRequirement: Sendable {
  /// The name of the requirement, by which a program recognizes it in a result.
  public let name: String
  private let objection: @Sendable (VerifiedSignature) -> String?

  /// Creates a requirement.
  /// - Parameters:
  ///   - name: the name of the requirement, for example `alignment`.
  ///   - objection: returns `nil` if the signature meets the requirement, otherwise the reason why it does not, in a few
  ///     words. The reason is reported to the recipient, also in Authentication-Results. It should not wait for
  ///     anything: it is called once for each signature that would pass, while the results are made.
  public init(_ name: String, objection: @escaping @Sendable (VerifiedSignature) -> String?) {
    self.name = name
    self.objection = objection
  }

  /// Returns the objection to the signature; `nil` if the signature meets the requirement.
  func reason(against signature: VerifiedSignature) -> PolicyReason? {
    objection(signature).map { .requirement(name: name, reason: $0) }
  }
}

/// A valid signature that the policy accepts, as a ``SignatureRequirement`` examines it.
public struct VerifiedSignature: Sendable {
  /// The signature, with all its tags.
  public let signature: DKIMSignature
  /// The record of the key that verified the signature.
  public let keyRecord: KeyRecord
  /// The result so far: what the signature covers, whether DNSSEC protects the key, and the objections that the policy
  /// accepts.
  public let result: VerificationResult
  /// The header of the message.
  public let header: MessageHeader
  /// The time of the verification.
  public let time: Timestamp
}
