import DKIMConfiguration
import DKIMCore
import Milter

/// The verification of one message.
struct VerifyingWork: ~Copyable, Sendable {
  private var session: VerificationSession
  private let plan: VerificationPlan
  private let facts: MessageMetadata
  private let time: Timestamp
  private let lateFields: ResultFieldsPastLimit
  private var explanation: Explanation
  let queries: [KeyQuery]

  init(
    _ plan: VerificationPlan, facts: MessageMetadata, lateFields: ResultFieldsPastLimit, explanation: Explanation,
    at time: Timestamp, in context: MessageContext
  ) {
    self.plan = plan
    self.facts = facts
    self.time = time
    self.lateFields = lateFields
    self.explanation = explanation
    session = context.policy.verifier.begin(
      facts.header, at: time, preferring: plan.preferred,
      keeping: context.configuration.dataToKeep(facts.header))
    queries = plan.isRefused ? [] : session.pendingQueries
  }

  mutating func update(body: Span<UInt8>) -> BodyDemand { session.update(body: body) }

  mutating func supply(_ answer: KeyAnswer, for query: KeyQuery) { session.supply(answer, for: query) }

  consuming func finish(in context: MessageContext) -> Verdict {
    let (plan, facts, time, lateFields, explanation) = (plan, facts, time, lateFields, explanation)
    let header = facts.header
    var rules = context.configuration.verification
    if context.configuration.openDKIMCompatibility.contains(.ignoreMinimum) { rules.minimum = nil }
    let results = plan.isRefused ? [] : session.finish().results
    let surplus = ExcessSignatures(results)
    let signatures = surplus.others(results).map { [rules] in
      EvaluatedSignature($0, plan: plan, rules: rules, header: header)
    }
    let assessment = MessageAssessment(
      signatures, surplus: surplus, plan: plan, headerIsCut: header.excess != nil, in: context)
    var verdict = context.verdict(assessment.action, assessment.refusal)
    verdict.log += assessment.log.map { context.line($0) }
    verdict.counts =
      plan.isRefused
      ? [.verified(.permerror)] : signatures.isEmpty ? [.unsigned] : signatures.map { .verified($0.code) }
    verdict.signatures = signatures
    verdict.explanation = explanation
    verdict.explanation.steps += assessment.steps
    guard verdict.removeResultFields(header, late: lateFields, in: context) else { return verdict }
    // Each insertion is above the one before it.
    let canonicalized =
      context.configuration.results.addCanonicalizedData ? signatures.map { CanonicalizedFields($0.result) } : []
    verdict.edits += canonicalized.flatMap(\.fields).reversed().map { .insertHeader($0.name, $0.value) }
    verdict.explanation.steps += canonicalized.flatMap(\.steps)
    if let field = assessment.resultField {
      let value = field.formatted(quotesAuthservID: context.configuration.results.quotesAuthservID)
      verdict.edits.append(.insertHeader(AuthenticationResults.fieldName, value))
    }
    if let software = context.softwareField { verdict.edits.append(software) }
    if let signature = assessment.deciding { verdict.redirect(signature, facts, in: context) }
    verdict.addReports(signatures, deciding: assessment.deciding, facts, at: time, in: context)
    return verdict
  }
}

extension Verdict {
  /// Adds what `SendReports`, `DiagnosticDirectory` and `KeepTemporaryFiles` require.
  fileprivate mutating func addReports(
    _ signatures: [EvaluatedSignature], deciding: EvaluatedSignature?, _ facts: MessageMetadata, at time: Timestamp,
    in context: MessageContext
  ) {
    let rules = context.configuration.reports
    guard rules.isEnabled || rules.keepsTemporaryFiles || rules.diagnosticDirectory != nil else { return }
    files = DiagnosticFile.files(signatures, facts, rules)
    guard rules.isEnabled else { return }
    incidents = FailureIncident.incidents(
      signatures, deciding: deciding, self, facts, at: time, in: context)
    for incident in incidents {
      explanation.steps.append(
        .init(
          .note, "\(incident.query.domain) asks for reports (r=y); \(incident.query.name) decides about a report",
          setting: Setting.sendReports.name, location: context.configuration.location(Setting.sendReports)))
    }
  }
}

extension Configuration {
  /// How much of the hashed data is kept, for header fields, files and reports; `nil` if none of them is needed.
  fileprivate func dataToKeep(_ header: MessageHeader) -> CanonicalizedData.Limits? {
    if reports.keepsTemporaryFiles { return DiagnosticFile.limits }
    if results.addCanonicalizedData { return CanonicalizedFields.limits }
    guard reports.isEnabled else { return nil }
    let isWanted = header.positions(of: .dkimSignature).prefix(MailPolicy.maximumSignatures).contains {
      (try? DKIMSignature(value: header.value(of: $0)))?.requestsReports ?? false
    }
    return isWanted ? CanonicalizedFields.limits : nil
  }
}
