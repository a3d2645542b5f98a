import DKIMConfiguration
import DKIMCore

/// Mail that is verified and then signed (`ResignMailTo`).
extension Decider {
  /// Returns the signatures to make for the first recipient in `ResignMailTo`, or for all of them with
  /// `MultipleSignatures`.
  mutating func plannedResigning(author: DomainName?) async throws(DecisionFailure) -> [PlannedSignature] {
    // The message is signed for no other reason.
    mayHaveToSign = false
    guard let list = configuration.origin.resignMailTo, configuration.roles.contains(.sign) else { return [] }
    mayHaveToSign = true
    if facts.recipientsAreCut { record.append(.message(.recipientsCut)) }
    var planned: [PlannedSignature] = []
    var rows: Set<DataSetRow> = []
    for recipient in facts.recipients {
      guard let address = try? MailAddress(recipient) else { continue }
      let row = try await lookUp(Setting.resignMailTo.name) { () throws(DataSetError) in
        try await list.row(forResigning: address)
      }
      guard let row, rows.insert(row).inserted else { continue }
      if planned.isEmpty, try await hasUnsignedRecipient() {
        mayHaveToSign = false
        return []
      }
      let start = record.count
      defer { record.sumUp(from: start, as: .message(.resigned(recipient: address, row))) }
      let signature = try await resigningSignature(for: address, row, author: author)
      let isKnown = planned.contains { $0.domain == signature.domain && $0.selector == signature.selector }
      if !isKnown {
        planned.append(signature)
        let always = configuration.signing.resignsAll
        record.append(.outcome(.toBeResigned(signature, configuration.signing, always: always)))
      }
      if !configuration.signing.multipleSignatures { break }
    }
    mayHaveToSign = !planned.isEmpty
    return planned
  }

  private mutating func resigningSignature(
    for recipient: MailAddress, _ row: DataSetRow, author: DomainName?
  ) async throws(DecisionFailure) -> PlannedSignature {
    switch configuration.signing.keys {
    case .tables(_, let keys), .scripted(let keys):
      guard let name = row.fields(1).first.flatMap({ $0 }), !name.isEmpty else {
        let why = "the row \"\(LogText.printable(row.key))\" has no key name"
        throw .dataSet(setting: Setting.resignMailTo.name, .unusable(why))
      }
      let match = SigningTable.Match(row: row, keyName: name, identity: nil, key: row.key)
      let sender = MailAddress(localPart: "", domain: author ?? recipient.domain.lowercased)
      if let signature = try await signature(for: sender, match, keys) { return signature }
      throw .noKeyOfType(configuration.signing.signatureAlgorithm)
    case .single(let single):
      var match = try await domainMatch(for: recipient.domain.lowercased, single)
      if match == nil, let author { match = try await domainMatch(for: author, single) }
      guard let match else { throw .noResigningDomain(recipient) }
      return PlannedSignature(
        domain: match.domain, selector: single.selector, key: try await singleKey(single), identity: nil)
    case .none: throw .noResigningDomain(recipient)
    }
  }

  /// Returns the request for a signature. It does not cover Authentication-Results, because the filter adds and removes
  /// such fields in the same message.
  func resigningRequest(
    _ signature: PlannedSignature, length: SignedBodyLength?
  ) throws(SigningError) -> SigningRequest {
    var request = try signature.request(configuration.signing, length: length)
    let fields = request.signedHeaders
    let left = HeaderFieldName.authenticationResults
    request.signedHeaders = HeaderSelection(fields.patterns, excluding: fields.excluded + [left.text])
    try request.setOversignedHeaders(request.oversignedHeaders.filter { $0 != left })
    return request
  }
}
