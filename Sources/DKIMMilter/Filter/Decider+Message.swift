import DKIMConfiguration
import DKIMCore

/// Rules for the recipients and the signatures of a message.
extension Decider {
  /// Finds the first recipient whose mail is not signed.
  mutating func unsignedRecipient() async throws(DecisionFailure) -> String? {
    guard let list = configuration.origin.dontSignMailTo else { return nil }
    if facts.recipientsAreCut { note(.failure, "there are too many recipients; some were not checked") }
    for recipient in facts.recipients {
      let text = Self.bare(recipient)
      let row = try await lookUp("DontSignMailTo") { () throws(DataSetError) in try await list.row(for: text) }
      if let row {
        steps.append(
          .init(.yes, "mail to \(text) is not signed", setting: "DontSignMailTo", place: row.place))
        return text
      }
    }
    return nil
  }

  /// Decides whether to sign with `l=`: if `MaximumSignedBytes` or a recipient in `BodyLengthDB` requires it.
  mutating func bodyLength() async throws(DecisionFailure) -> SignedBodyLength? {
    if let maximum = configuration.signing.maximumSignedBytes {
      note(.yes, "at most \(maximum) bytes of the body are signed", "MaximumSignedBytes")
      return .atMost(maximum)
    }
    guard let list = configuration.signing.bodyLengthDB else { return nil }
    for recipient in facts.recipients {
      guard let address = try? MailAddress(recipient) else { continue }
      let row = try await lookUp("BodyLengthDB") { () throws(DataSetError) in try await list.row(for: address) }
      if let row {
        log.append(.bodyLengthMatched(recipient: address.description))
        steps.append(
          .init(.yes, "\(address) matches '\(row.key)': signed with l=", setting: "BodyLengthDB", place: row.place))
        return .whole
      }
    }
    return nil
  }

  /// Finds the signatures to evaluate first and those to ignore (`TrustSignaturesFrom`).
  mutating func sortSignatures(
    author: DomainName?, into order: inout VerificationOrder
  ) async throws(DecisionFailure) {
    guard let list = configuration.verification.trustSignaturesFrom else { return }
    // With a limit, trusted signatures are only evaluated first; without one, the others are ignored.
    let limit = configuration.verification.policy.maximumSignatures
    let drops = limit <= 0 || limit >= Filter.mostSignatures
    // Only signatures among these are evaluated.
    let most = max(limit, Filter.mostSignatures)
    for position in facts.header.positions(of: SignatureField.name).prefix(most) {
      guard let signature = try? DKIMSignature(value: facts.header.value(of: position)) else { continue }
      if let author, author.isWithin(signature.domain) || signature.domain.isWithin(author) { continue }
      let name = signature.domain.aLabel
      let row = try await lookUp("TrustSignaturesFrom") { () throws(DataSetError) in try await list.row(for: name) }
      if let row {
        order.preferred.insert(position)
        steps.append(
          .init(.yes, "signatures of \(name) are trusted", setting: "TrustSignaturesFrom", place: row.place))
      } else if drops {
        order.untrusted.insert(position)
      }
    }
  }

  /// Removes angle brackets, because lists have addresses without them.
  private static func bare(_ path: String) -> String {
    TextOctets.unwrapped(path, "<", ">")
  }
}
