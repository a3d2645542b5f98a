import DKIMConfiguration
import DKIMCore
import Milter

/// The verification of one message.
struct VerifyingWork: ~Copyable, Sendable {
  private var session: VerificationSession
  private let plan: VerificationPlan
  private let header: MessageHeader
  private let lateFields: ResultFieldsPastLimit
  private var explanation: Explanation
  let queries: [KeyQuery]

  init(
    _ plan: VerificationPlan, facts: MessageMetadata, hashing hashed: MessageHeader? = nil,
    lateFields: ResultFieldsPastLimit, explanation: Explanation,
    at time: Timestamp, in context: MessageContext
  ) {
    self.plan = plan
    header = facts.header
    self.lateFields = lateFields
    self.explanation = explanation
    session = context.policy.verifier.begin(
      hashed ?? facts.header, at: time, preferring: plan.preferred, ignoring: plan.ignored,
      keeping: context.configuration.results.addCanonicalizedData ? CanonicalizedFields.limits : nil)
    queries = plan.isRefused ? [] : session.pendingQueries
  }

  mutating func update(body: Span<UInt8>) -> BodyDemand { session.update(body: body) }

  mutating func supply(_ answer: KeyAnswer, for query: KeyQuery) { session.supply(answer, for: query) }

  consuming func finish(in context: MessageContext) -> Verdict {
    let (plan, header, lateFields, explanation) = (plan, header, lateFields, explanation)
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
