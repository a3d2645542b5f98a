import DKIMConfiguration
import DKIMCore
import Milter

/// The verification of one message.
struct VerifyingWork: ~Copyable, Sendable {
  /// `nil` when the signatures are evaluated.
  private var session: VerificationSession?
  private var evaluation: Evaluation?
  private let plan: VerificationPlan
  private let header: MessageHeader
  private let lateFields: ResultFieldsPastLimit
  private var explanation: Explanation
  let queries: [KeyQuery]

  init(
    _ plan: VerificationPlan, facts: MessageMetadata, lateFields: ResultFieldsPastLimit, explanation: Explanation,
    at time: Timestamp, in context: MessageContext
  ) {
    self.plan = plan
    header = facts.header
    self.lateFields = lateFields
    self.explanation = explanation
    let session = context.policy.verifier.begin(
      facts.header, at: time, preferring: plan.preferred,
      keeping: context.configuration.results.addCanonicalizedData ? CanonicalizedFields.limits : nil)
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
    return Evaluation(results, plan, header, in: context)
  }

  consuming func finish(in context: MessageContext) -> Verdict {
    let evaluation = evaluate(in: context)
    let (plan, header, lateFields, explanation) = (plan, header, lateFields, explanation)
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
    guard verdict.removeResultFields(header, late: lateFields, in: context) else { return verdict }
    // These are empty unless AddCanonicalizedData is set. Each insertion is above the one before it.
    let canonicalized = signatures.map { CanonicalizedFields($0.result) }
    verdict.edits += canonicalized.flatMap(\.fields).reversed().map { .insertHeader($0.name, $0.value) }
    verdict.explanation.steps += canonicalized.flatMap(\.steps)
    if let field = assessment.resultField {
      let value = field.formatted(quotesAuthservID: context.configuration.results.quotesAuthservID)
      verdict.edits.append(.insertHeader(AuthenticationResults.fieldName, value))
    }
    if let software = context.softwareField { verdict.edits.append(software) }
    return verdict
  }
}
