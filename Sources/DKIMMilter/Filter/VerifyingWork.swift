import DKIMConfiguration
import DKIMCore
import Milter

/// The verification of one message.
struct VerifyingWork: ~Copyable, Sendable {
  /// `nil` when the signatures are evaluated.
  private var session: VerificationSession?
  private var evaluation: Evaluation?
  private let plan: VerificationPlan
  private let facts: MessageMetadata
  private let time: Timestamp
  private let lateFields: ResultFieldsPastLimit
  private var explanation: Explanation
  let queries: [KeyQuery]

  /// - Parameter hashed: the header to verify if it is not the one that was received.
  init(
    _ plan: VerificationPlan, facts: MessageMetadata, hashing hashed: MessageHeader? = nil,
    lateFields: ResultFieldsPastLimit, explanation: Explanation, at time: Timestamp, in context: MessageContext
  ) {
    // Parsed fields beyond the limit are not kept while the body arrives.
    var remaining = plan
    remaining.signatures = [:]
    self.plan = remaining
    self.facts = facts
    self.time = time
    self.lateFields = lateFields
    self.explanation = explanation
    let session = context.policy.verifier.begin(
      hashed ?? facts.header, at: time, preferring: plan.preferred, ignoring: plan.ignored,
      parsed: hashed == nil ? plan.signatures : [:], keeping: context.configuration.dataToKeep(facts.header))
    queries = plan.isRefused ? [] : session.pendingQueries
    self.session = consume session
  }

  /// The results of all signatures, and the checks that need them.
  private struct Evaluation {
    let surplus: ExcessSignatures
    let signatures: [EvaluatedSignature]
    var checks: ThirdPartyChecks

    init(_ results: [VerificationResult], _ plan: VerificationPlan, _ header: MessageHeader, in context: MessageContext)
    {
      var rules = context.configuration.verification
      if context.configuration.openDKIMCompatibility.contains(.ignoreMinimum) { rules.minimum = nil }
      surplus = ExcessSignatures(results)
      signatures = surplus.others(results).map { [rules] in
        EvaluatedSignature($0, plan: plan, rules: rules, header: header)
      }
      checks = ThirdPartyChecks(signatures, header, rules)
    }
  }

  mutating func update(body: Span<UInt8>) -> BodyDemand { session?.update(body: body) ?? .enough }

  mutating func supply(_ answer: KeyAnswer, for query: KeyQuery) {
    session?.supply(answer, for: query)
    evaluation?.checks.supply(answer, for: query)
  }

  /// Returns the next queries of the checks that need the results of the signatures.
  mutating func furtherQueries(in context: MessageContext) -> [KeyQuery] {
    var evaluation = evaluate(in: context)
    let queries = evaluation.checks.nextQueries()
    self.evaluation = evaluation
    return queries
  }

  private mutating func evaluate(in context: MessageContext) -> Evaluation {
    if let evaluation { return evaluation }
    let session = session.take()
    let results = plan.isRefused ? [] : session?.finish().results ?? []
    return Evaluation(results, plan, facts.header, in: context)
  }

  consuming func finish(in context: MessageContext) -> Verdict {
    let evaluation = evaluate(in: context)
    let (plan, facts, time, lateFields, explanation) = (plan, facts, time, lateFields, explanation)
    let header = facts.header
    let signatures = evaluation.signatures
    let assessment = MessageAssessment(
      signatures, surplus: evaluation.surplus, plan: plan, headerIsCut: header.excess != nil, checks: evaluation.checks,
      in: context)
    var verdict = context.verdict(assessment.action, assessment.refusal)
    verdict.log += assessment.log.map { context.line($0) }
    verdict.counts =
      plan.isRefused
      ? [.verified(.permerror)] : signatures.isEmpty ? [.unsigned] : signatures.map { .verified($0.code) }
    verdict.signatures = signatures
    verdict.explanation = explanation
    verdict.explanation.steps += assessment.steps
    verdict.addStatistics(plan, surplus: evaluation.surplus.count, at: time, in: context)
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
    verdict.verified = VerifiedMessage(plan: plan, deciding: assessment.deciding, facts: facts, time: time)
    return verdict
  }
}

/// What is still needed of a message after its verification.
struct VerifiedMessage: Sendable {
  let plan: VerificationPlan
  /// The signature that decides about the message.
  let deciding: EvaluatedSignature?
  let facts: MessageMetadata
  let time: Timestamp
}

extension Verdict {
  /// Adds the record for `Statistics`. Like OpenDKIM, it leaves out malformed messages.
  fileprivate mutating func addStatistics(
    _ plan: VerificationPlan, surplus: Int, at time: Timestamp, in context: MessageContext
  ) {
    guard let file = context.configuration.statistics.file, let author = plan.author, plan.malformation == nil else {
      return
    }
    statistics = StatisticsRecord(author: author, signatures, surplus: surplus, at: time, in: context)
    let setting = Setting.statistics
    explanation.steps.append(
      .init(
        .note, "the result is recorded in \(file)", setting: setting.name,
        location: context.configuration.location(setting)))
  }

  /// Adds what `SendReports`, `DiagnosticDirectory` and `KeepTemporaryFiles` require. Reports tell what happened to the
  /// message, so this comes last.
  mutating func addReports(in context: MessageContext) {
    let rules = context.configuration.reports
    guard rules.isEnabled || rules.keepsTemporaryFiles || rules.diagnosticDirectory != nil, let verified else { return }
    files = DiagnosticFile.files(signatures, verified.facts, rules)
    guard rules.isEnabled else { return }
    incidents = FailureIncident.incidents(
      signatures, deciding: verified.deciding, self, verified.facts, at: verified.time, in: context)
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
