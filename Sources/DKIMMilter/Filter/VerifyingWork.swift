import DKIMConfiguration
import DKIMCore

/// The verification of one message.
struct VerifyingWork: ~Copyable, Sendable {
  private var session: VerificationSession
  private let order: VerificationOrder
  private let header: MessageHeader
  private let lateFields: LateResultFields
  private var explanation: Explanation
  let queries: [KeyQuery]

  init(
    _ order: VerificationOrder, facts: MessageFacts, lateFields: LateResultFields, explanation: Explanation,
    at time: Timestamp, in context: MessageContext
  ) {
    self.order = order
    header = facts.header
    self.lateFields = lateFields
    self.explanation = explanation
    session = context.filter.verifier.begin(
      facts.header, at: time, preferring: order.preferred,
      keeping: context.configuration.results.addCanonicalizedData ? CanonicalizedFields.limits : nil)
    queries = order.isRefused ? [] : session.pendingQueries
  }

  mutating func update(body: Span<UInt8>) -> BodyDemand { session.update(body: body) }

  mutating func supply(_ answer: KeyAnswer, for query: KeyQuery) { session.supply(answer, for: query) }

  consuming func finish(in context: MessageContext) -> Verdict {
    let (order, header, lateFields, explanation) = (order, header, lateFields, explanation)
    var rules = context.configuration.verification
    if context.configuration.oldBehaviour.contains(.ignoreMinimum) { rules.minimum = nil }
    let results = order.isRefused ? [] : session.finish()
    let surplus = SurplusSignatures(results)
    let findings = surplus.others(results).map { [rules] in
      SignatureFinding($0, order: order, rules: rules, header: header)
    }
    let judgement = Judgement(
      findings, surplus: surplus, order: order, headerIsCut: header.excess != nil, in: context)
    var verdict = context.verdict(judgement.action, judgement.refusal)
    verdict.log += judgement.log.map { context.line($0) }
    verdict.counts =
      order.isRefused ? [.verified(.permerror)] : findings.isEmpty ? [.unsigned] : findings.map { .verified($0.word) }
    verdict.findings = findings
    verdict.explanation = explanation
    verdict.explanation.steps += judgement.steps
    guard verdict.removeResultFields(header, late: lateFields, in: context) else { return verdict }
    // These are empty unless AddCanonicalizedData is set. Each insertion is above the one before it.
    let canonicalized = findings.map { CanonicalizedFields($0.result) }
    verdict.edits += canonicalized.flatMap(\.fields).reversed().map { context.insertion($0.name, $0.value) }
    verdict.explanation.steps += canonicalized.flatMap(\.steps)
    if let field = judgement.resultField {
      let value = field.formatted(lineEnd: .lf, quotesAuthservID: context.configuration.results.quotesAuthservID)
      verdict.edits.append(context.insertion(AuthenticationResults.fieldName, value))
    }
    if let software = context.softwareField { verdict.edits.append(software) }
    return verdict
  }
}
