import DKIMConfiguration
package import DKIMCore

/// The failure of a signature whose signer asks for a report about it (`r=y`), with everything that the report shows.
/// Whether a report is sent depends on a TXT record of the signer. // RFC 6651 §3.3
package struct FailureIncident: Sendable {
  /// The failure types of RFC 6591. // RFC 6591 §3.3
  enum Kind: String, Sendable, Hashable {
    case bodyHash = "bodyhash"
    case signature
    case revoked
  }

  /// The query for the record of the signer.
  package let query: KeyQuery
  /// The condition in that record which the failure belongs to.
  let condition: ReportingRecord.Condition
  let kind: Kind
  let reason: String
  let signature: DKIMSignature
  let tags: SignatureTags
  let canonicalized: CanonicalizedData?
  /// The value of an Authentication-Results field with the result of this signature only.
  let results: String
  /// What happened to the message. // RFC 6591 §3.2.2
  let delivery: String
  let message: MessageMetadata
  let arrival: Timestamp
  /// The name of the reporting host.
  let host: String
  let rules: ReportRules
  let usesOpenDKIMFormat: Bool

  /// The most reports about one message.
  private static let mostPerMessage = 3

  /// Returns the incidents to report: at most one for each signing domain. // RFC 6651 §3.3
  /// - Parameter deciding: the signature that decides about the message.
  static func incidents(
    _ signatures: [EvaluatedSignature], deciding: EvaluatedSignature?, _ verdict: Verdict, _ facts: MessageMetadata,
    at time: Timestamp, in context: MessageContext
  ) -> [FailureIncident] {
    let old = context.configuration.openDKIMCompatibility.contains(.reportFormat)
    var incidents: [FailureIncident] = []
    for evaluated in signatures {
      guard let signature = evaluated.result.signature, let condition = evaluated.reportCondition,
        signature.requestsReports, let query = ReportingRecord.query(for: signature.domain),
        !incidents.contains(where: { $0.query == query })
      else { continue }
      if old {
        // OpenDKIM reports only signatures and bodies that do not verify.
        guard evaluated.result.position == deciding?.result.position, evaluated.cause == .bad else { continue }
      }
      incidents.append(
        FailureIncident(evaluated, signature, query, condition, verdict, facts, at: time, in: context, old: old))
      if incidents.count == mostPerMessage { break }
    }
    guard !incidents.isEmpty, !isAutomatic(facts) else { return [] }
    return incidents
  }

  private init(
    _ evaluated: EvaluatedSignature, _ signature: DKIMSignature, _ query: KeyQuery,
    _ condition: ReportingRecord.Condition, _ verdict: Verdict, _ facts: MessageMetadata, at time: Timestamp,
    in context: MessageContext, old: Bool
  ) {
    self.query = query
    self.condition = condition
    self.signature = signature
    kind =
      evaluated.cause == .revoked ? .revoked : evaluated.result.bodyHash == .differs ? .bodyHash : .signature
    reason = evaluated.reason ?? ""
    tags = evaluated.result.tags
    canonicalized = evaluated.result.canonicalized
    let report = SignatureReport(tags, evaluated.code, reason: evaluated.reason, comment: evaluated.comment)
    let prefix = !context.configuration.results.noHeaderB
    results = AuthenticationResults(
      authservID: context.authservID, results: MethodResult.results(for: [report], includingPrefix: prefix)
    ).formatted(quotesAuthservID: context.configuration.results.quotesAuthservID)
    delivery = verdict.deliveryResult
    message = facts
    arrival = time
    host = context.mtaHostName ?? context.policy.hostName
    rules = context.configuration.reports
    usesOpenDKIMFormat = old
  }

  /// Whether the message is a report itself, or another automatic message. A report about it could cause the next one.
  /// // RFC 3834 §2 and §5
  private static func isAutomatic(_ facts: MessageMetadata) -> Bool {
    if facts.envelopeSender == "<>" { return true }
    let header = facts.header
    func values(_ name: String) -> [String] {
      let positions = (try? HeaderFieldName(name)).map(header.positions) ?? []
      return positions.prefix(10).map {
        let value = header.value(of: $0).prefix(200).filter { $0 > 0x20 }
        return String(decoding: value, as: UTF8.self).lowercased()
      }
    }
    return values("Auto-Submitted").contains { $0 != "no" && !$0.hasPrefix("no;") && !$0.hasPrefix("no(") }
      || values("Content-Type").contains { $0.hasPrefix("multipart/report") }
  }

  // MARK: The record of the signer

  /// What to do about an incident.
  package enum ReportAction: Sendable, Hashable {
    /// A report is sent to this address.
    case send(to: String)
    /// No report is sent, for this reason.
    case skip(String)
  }

  /// Decides whether to send a report. // RFC 6651 §3.3
  /// - Parameters:
  ///   - answer: the answer to ``query``.
  ///   - draw: a random number from 0 to 99, which is compared with the percentage in the record.
  package func action(for answer: KeyAnswer, draw: Int) -> ReportAction {
    guard case .records(let records, _) = answer else { return .skip("\(query.name) has no record") }
    guard records.count == 1 else { return .skip("\(query.name) has more than one record") }
    guard let record = ReportingRecord(records[0], usesOldNames: usesOpenDKIMFormat) else {
      return .skip("the record of \(query.name) is invalid")
    }
    guard let localPart = record.localPart else { return .skip("the record of \(query.name) has no usable address") }
    guard record.conditions.contains(condition) else {
      return .skip("\(query.domain) wants no reports about this kind of failure")
    }
    guard draw < record.percentage else { return .skip("\(query.domain) wants \(record.percentage)% of the reports") }
    return .send(to: "\(localPart)@\(query.domain.asciiForm)")
  }
}

extension EvaluatedSignature {
  /// The condition that a failure belongs to; `nil` if there is nothing to report. // RFC 6651 §5.1
  fileprivate var reportCondition: ReportingRecord.Condition? {
    switch cause {
    case .good, .ignored, .syntax: return nil
    case .keyUnavailable, .keyNotFound: return .nameService
    case .revoked: return .other
    case .badTime, .bad: break
    }
    switch result.outcome {
    case .unacceptable(.expired): return .expired
    case .unacceptable(.fromTheFuture): return .other
    case .unacceptable, .success: return .policy
    case .temporaryFailure: return .nameService
    case .permanentFailure(.keyRecord): return .syntax
    case .permanentFailure(.bodyHashDidNotVerify), .permanentFailure(.signatureDidNotVerify),
      .permanentFailure(.bodyTooShort):
      return .verification
    case .permanentFailure: return .other
    }
  }
}

extension Verdict {
  /// What happens to the message. After the filter has accepted it, other programs decide. // RFC 6591 §3.2.2
  fileprivate var deliveryResult: String {
    if quarantine != nil { return "policy" }
    switch reply {
    case .accept, .continue, .skip: return "other"
    case .discard: return "policy"
    default: return "reject"
    }
  }
}
