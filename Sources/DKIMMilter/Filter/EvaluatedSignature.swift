import DKIMConfiguration
import DKIMCore

/// The evaluation of one signature: the result of the verifier, with the settings of this host applied.
struct EvaluatedSignature: Sendable {
  enum Cause: Sendable, Hashable {
    case good
    case bad
    /// The signature is good except for its age.
    case badTime
    case syntax
    case revoked
    case keyNotFound
    case keyUnavailable
    /// The signature is ignored here: neither good nor bad.
    case ignored
  }

  let result: VerificationResult
  private(set) var cause: Cause
  private(set) var code: DKIMResultCode
  /// The reason for Authentication-Results; `nil` if the signature passes.
  private(set) var reason: String?
  /// The setting that changed the result.
  private(set) var setting: String?
  /// Values of the header were replaced before it was hashed.
  private let headerIsReplaced: Bool

  init(_ result: VerificationResult, plan: VerificationPlan, rules: VerificationRules, header: MessageHeader) {
    self.result = result
    headerIsReplaced = plan.headerIsReplaced
    code = Self.code(result.outcome)
    cause = Self.cause(result.outcome)
    reason = result.outcome == .success ? nil : result.outcome.text.openDKIM
    if plan.untrusted.contains(result.position) {
      refuse(.ignored, .policy, "third-party signature that is not trusted", by: Setting.trustSignaturesFrom.name)
    }
    if cause == .good { checkCoverage(rules, header) }
    if cause == .good { checkKey(rules.unprotectedKey) }
    if case .temporaryFailure(.bogus) = result.outcome { treatBogus(rules.bogusKey) }
  }

  /// The domain declares that it is testing DKIM (`t=y`). // RFC 6376 §3.6.1
  var isTesting: Bool { result.key?.record?.isTesting ?? false }

  /// The signature passes, and counts: a message of a domain that is testing is treated as unsigned.
  var isAccepted: Bool { cause == .good && !isTesting }

  /// The reason for the log, which also names the DNS server that failed and why; `nil` if the signature passes.
  var detailedReason: String? {
    if case .temporaryFailure = result.outcome, setting == nil { return result.outcome.description }
    return reason
  }

  /// The comment for Authentication-Results, such as `2048-bit key; unprotected`.
  var comment: String? {
    guard headerIsReplaced else { return keyComment }
    return (keyComment.map { $0 + "; " } ?? "") + "header replaced by SetupPolicyScript"
  }

  private var keyComment: String? {
    guard let key = result.key?.comment else { return nil }
    guard cause == .good, let body = result.body, body.unsignedBytes > 0 else { return key }
    return key + "; \(body.unsignedBytes) octets of the body unsigned"
  }

  private mutating func refuse(_ cause: Cause, _ code: DKIMResultCode, _ reason: String, by setting: String) {
    self.cause = cause
    self.code = code
    self.reason = reason
    self.setting = setting
  }

  private mutating func checkCoverage(_ rules: VerificationRules, _ header: MessageHeader) {
    if let minimum = rules.minimum, let body = result.body, !minimum.allows(body) {
      refuse(
        .bad, .policy, "\(body.unsignedBytes) of \(body.bytes) octets of the body are unsigned",
        by: Setting.minimum.name)
      return
    }
    guard !rules.mustBeSigned.isEmpty else { return }
    var signed: [HeaderFieldName: Int] = [:]
    for name in result.signature?.signedHeaders ?? [] { signed[name, default: 0] += 1 }
    // Every instance must be signed: mail programs show one that an attacker put above the signed one.
    for name in rules.mustBeSigned where header.positions(of: name).count > signed[name, default: 0] {
      refuse(.bad, .policy, "unprotected header field: \(name)", by: Setting.mustBeSigned.name)
      return
    }
  }

  private mutating func checkKey(_ treatment: VerificationRules.KeyTreatment) {
    guard result.key?.secure == false else { return }
    switch treatment {
    case .none: break
    case .neutral: refuse(.ignored, .neutral, "the key is not protected by DNSSEC", by: Setting.unprotectedKey.name)
    case .fail: refuse(.bad, .policy, "the key is not protected by DNSSEC", by: Setting.unprotectedKey.name)
    }
  }

  /// Applies `BogusKey`. A key that fails validation is never used, so `none` does not mean that it is trusted.
  private mutating func treatBogus(_ treatment: VerificationRules.KeyTreatment) {
    switch treatment {
    case .none: break
    case .neutral: refuse(.ignored, .neutral, "the key is bogus (DNSSEC)", by: Setting.bogusKey.name)
    case .fail: refuse(.bad, .temperror, "the key is bogus (DNSSEC)", by: Setting.bogusKey.name)
    }
  }

  /// Returns OpenDKIM's result word, which administrators' mail rules look for. A key that is missing, or that was not
  /// published for this signature, is `fail`, like a signature that does not verify; `permerror` is for text that
  /// cannot be parsed. The RFCs allow either, except for a revoked key, which is "a failed signature check".
  /// // RFC 6376 §6.1.2, RFC 8601 §2.7.1
  private static func code(_ outcome: VerificationOutcome) -> DKIMResultCode {
    guard case .permanentFailure(let failure) = outcome else { return outcome.code }
    switch failure {
    case .noKey, .inappropriateKeyAlgorithm, .inappropriateHashAlgorithm, .inapplicableService, .inapplicableIdentity,
      .bodyTooShort:
      return .fail
    case .keyRecord(.revoked), .keyRecord(.incompatibleVersion), .keyRecord(.unknownKeyType): return .fail
    case .signatureField, .keyRecord, .bodyHashDidNotVerify, .signatureDidNotVerify: return outcome.code
    }
  }

  private static func cause(_ outcome: VerificationOutcome) -> Cause {
    switch outcome {
    case .success: .good
    case .temporaryFailure: .keyUnavailable
    case .unacceptable(.tooManySignatures): .ignored
    case .unacceptable(.expired), .unacceptable(.fromTheFuture): .badTime
    case .unacceptable: .bad
    case .permanentFailure(.signatureField): .syntax
    case .permanentFailure(.noKey): .keyNotFound
    case .permanentFailure(.keyRecord(.revoked)): .revoked
    case .permanentFailure: .bad
    }
  }
}

extension Minimum {
  func allows(_ body: VerificationResult.BodyCoverage) -> Bool {
    switch self {
    case .bytes(let bytes): body.signedBytes >= min(bytes, body.bytes)
    case .percent(let percent):
      // signed / bytes >= percent / 100 without overflow. Rounding errors occur only above the size of any message.
      Double(body.signedBytes) * 100 >= Double(body.bytes) * Double(percent)
    case .unsigned(let bytes): body.unsignedBytes <= bytes
    }
  }
}
