import DKIMConfiguration
import DKIMCore

/// Mail that is verified and then signed (`ResignMailTo`).
extension Decider {
  /// Returns the signing of a message that is verified first; `nil` if it is only verified.
  mutating func resigning(author: DomainName?, isInternal: Bool) async throws(DecisionFailure) -> LaterSigning? {
    let condition = configuration.signing.resignsAll ? LaterSigning.Condition.always : .ifOnePasses
    let planned: [PlannedSignature]
    do throws(DecisionFailure) {
      planned = try await plannedResigning(author: author)
    } catch {
      // On-SignatureError applies only to messages that would be signed, and that is not known yet.
      guard error.meansNoUsableKey else { throw error }
      return LaterSigning(.impossible(error.reason), condition)
    }
    guard !planned.isEmpty else { return nil }
    if let why = replaceText() { return LaterSigning(.impossible(why), condition) }
    let length = try await bodyLength()
    var requests: [SigningRequest] = []
    do throws(SigningError) {
      for signature in planned { requests.append(try request(signature, length: length, resultsChange: true)) }
    } catch {
      return LaterSigning(.impossible("\(error)"), condition)
    }
    let claims = isInternal ? [] : claims(toBe: planned)
    return LaterSigning(.requests(requests), condition, claims: claims)
  }

  /// Returns the domain in From if a planned signature would seem to confirm it. Anyone can write a domain into From, so
  /// such a signature is made only if the domain has signed the message itself.
  private func claims(toBe planned: [PlannedSignature]) -> Set<DomainName> {
    let addresses = header.positions(of: .from).compactMap { try? MailAddress(firstOf: header.value(of: $0).span) }
    let domains = Set(addresses.map(\.domain.lowercased))
    return domains.filter { from in planned.contains { $0.domain.mayShareOrganization(with: from) } }
  }

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

  /// Returns the request for a signature.
  /// - Parameter resultsChange: Authentication-Results fields are added to the message or removed from it, so the
  ///   signature does not cover them.
  func request(
    _ signature: PlannedSignature, length: SignedBodyLength?, resultsChange: Bool
  ) throws(SigningError) -> SigningRequest {
    var request = try signature.request(configuration.signing, length: length)
    guard resultsChange else { return request }
    let fields = request.signedHeaders
    let left = HeaderFieldName.authenticationResults
    request.signedHeaders = HeaderSelection(fields.patterns, excluding: fields.excluded + [left.text])
    try request.setOversignedHeaders(request.oversignedHeaders.filter { $0 != left })
    return request
  }
}

extension DomainName {
  /// Whether one of the domains is the other or a subdomain of it.
  func isAligned(with other: DomainName) -> Bool {
    isEqualToOrSubdomain(of: other) || other.isEqualToOrSubdomain(of: self)
  }

  /// Whether receivers may regard both domains as those of one organization, so that a signature by one confirms mail
  /// from the other. Without a list of public suffixes, these are all domains whose last two labels are the same.
  /// // RFC 7489 §3.1.1, §3.2
  func mayShareOrganization(with other: DomainName) -> Bool {
    let (own, others) = (asciiForm.split(separator: ".").suffix(2), other.asciiForm.split(separator: ".").suffix(2))
    return isAligned(with: other) || own.count == 2 && own == others
  }
}
