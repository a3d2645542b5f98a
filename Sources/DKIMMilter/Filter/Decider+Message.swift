import DKIMConfiguration
import DKIMCore

/// Rules for the recipients and the signatures of a message.
extension Decider {
  /// Returns true if mail to one of the recipients is not signed.
  mutating func hasUnsignedRecipient() async throws(DecisionFailure) -> Bool {
    guard let list = configuration.origin.dontSignMailTo else { return false }
    if facts.recipientsAreCut { record.append(.message(.recipientsCut)) }
    for recipient in facts.recipients {
      let text = Self.withoutBrackets(recipient)
      let row = try await lookUp(Setting.dontSignMailTo.name) { () throws(DataSetError) in try await list.row(for: text)
      }
      if let row {
        record.append(.message(.notSigned(recipient: text, row)))
        return true
      }
    }
    return false
  }

  /// Decides whether to sign with `l=`: if `MaximumSignedBytes` or a recipient in `BodyLengthDB` requires it.
  mutating func bodyLength() async throws(DecisionFailure) -> SignedBodyLength? {
    if let maximum = configuration.signing.maximumSignedBytes {
      record.append(.message(.bodyLimit(maximum)))
      return .atMost(maximum)
    }
    guard let list = configuration.signing.bodyLengthDB else { return nil }
    for recipient in facts.recipients {
      guard let address = try? MailAddress(recipient) else { continue }
      let row = try await lookUp(Setting.bodyLengthDB.name) { () throws(DataSetError) in
        try await list.row(for: address)
      }
      if let row {
        record.append(.message(.bodyLength(recipient: address, row)))
        return .whole
      }
    }
    return nil
  }

  /// Finds the signatures to evaluate first and those to ignore (`TrustSignaturesFrom`).
  mutating func findTrustedSignatures(
    author: DomainName?, into plan: inout VerificationPlan
  ) async throws(DecisionFailure) {
    guard let list = configuration.verification.trustSignaturesFrom else { return }
    // With a limit, trusted signatures are only evaluated first; without one, the others are ignored.
    let limit = configuration.verification.policy.maximumSignatures
    let ignoresOthers = limit <= 0 || limit >= MailPolicy.maximumSignatures
    // Signatures after these are never evaluated.
    let examined = max(limit, MailPolicy.maximumSignatures)
    for position in facts.header.positions(of: .dkimSignature).prefix(examined) {
      let parsed = parsedSignature(at: position)
      plan.signatures[position] = parsed
      guard case .valid(let signature) = parsed else { continue }
      // The setting is about the signatures of third parties.
      if let author, author.isAligned(with: signature.domain) { continue }
      let name = signature.domain.asciiForm
      let row = try await lookUp(Setting.trustSignaturesFrom.name) { () throws(DataSetError) in
        try await list.row(for: name)
      }
      if let row {
        plan.preferred.insert(position)
        record.append(.message(.trusted(domain: name, row)))
      } else if ignoresOthers {
        plan.untrusted.insert(position)
      }
    }
  }

  /// Finds the limits for the domains of the signatures (`RateLimits`). Which of them apply depends on the results.
  mutating func findRateLimits(into plan: inout VerificationPlan) async throws(DecisionFailure) {
    guard let table = configuration.rates.limits else { return }
    // Internal mail without a signature has no limit, because only this host would have signed it.
    var keys = try await isInternal() ? [] : [RateLimitTable.unsigned]
    for position in facts.header.positions(of: .dkimSignature).prefix(MailPolicy.maximumSignatures) {
      guard let signature = try? DKIMSignature(value: facts.header.value(of: position)) else { continue }
      let key = RateLimitTable.key(signature.domain)
      if !keys.contains(key) { keys.append(key) }
    }
    for key in keys {
      let limit = try await lookUp(Setting.rateLimits.name) { () throws(DataSetError) in try await table.limit(for: key)
      }
      guard let limit else { continue }
      plan.limits.append(limit)
      record.append(.message(.limited(limit, configuration.rates)))
    }
  }

  /// Removes angle brackets, because lists have addresses without them.
  private static func withoutBrackets(_ path: String) -> String {
    TextBytes.unwrapped(path, "<", ">")
  }
}
