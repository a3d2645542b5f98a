import DKIMConfiguration
import DKIMCore

extension Verdict {
  /// Defers a message that would be accepted if a limit in `RateLimits` has been reached; otherwise counts it.
  ///
  /// Only signatures that pass count for their domains: anyone can write the name of a domain into a bad one. Internal
  /// mail without a signature has no limit, because only this host would have signed it.
  mutating func applyRateLimits(_ plan: VerificationPlan, at time: Timestamp, in context: MessageContext) {
    guard !plan.limits.isEmpty, reply == .accept else { return }
    let rules = context.configuration.rates
    let signers = Set(
      signatures.filter { $0.cause == .good }.compactMap { $0.result.signature.map { RateLimitTable.key($0.domain) } })
    let others: Set = plan.isInternal ? [] : [RateLimitTable.unsigned]
    let keys = signers.isEmpty ? others : signers
    let limits = plan.limits.filter { keys.contains($0.domain) }
    let maximum = { (limit: RateLimitTable.Limit) in limit.maximum / rules.factor }
    let reached = context.policy.rates.count(limits, maximum: maximum, at: time, within: rules.seconds)
    for limit in limits {
      let isReached = reached.contains(limit)
      let event = LogEvent.rateLimitExceeded(limit.domain, maximum(limit))
      if isReached { log.append(context.line(event)) }
      explanation.steps.append(
        .init(
          isReached ? .applied : .note,
          isReached ? "\(event.text): deferred" : "the message counts for the limit of '\(limit.domain)'",
          setting: Setting.rateLimits.name, location: limit.row.location))
    }
    guard !reached.isEmpty else { return }
    reply = Refusal.rateLimit.reply(to: .tempfail)
    quarantine = nil
  }
}
