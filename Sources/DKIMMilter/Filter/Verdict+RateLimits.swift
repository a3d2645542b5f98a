import DKIMConfiguration
import DKIMCore

extension Verdict {
  /// Defers a message that would be accepted if a limit in `RateLimits` has been reached; otherwise counts it.
  ///
  /// Only signatures that pass count for their domains: anyone can write the name of a domain into a bad one.
  /// Messages that are refused for another reason do not count.
  mutating func applyRateLimits(in context: MessageContext) {
    guard let verified, !verified.plan.limits.isEmpty, reply == .accept else { return }
    let rules = context.configuration.rates
    let signers = Set(
      signatures.filter(\.isAccepted).compactMap { $0.result.signature.map { RateLimitTable.key($0.domain) } })
    let keys = signers.isEmpty ? [RateLimitTable.unsigned] : signers
    let limits = verified.plan.limits.filter { keys.contains($0.domain) }
    let maximum = { (limit: RateLimitTable.Limit) in limit.maximum / rules.factor }
    let reached = context.policy.rates.count(limits, maximum: maximum, at: verified.time, within: rules.seconds)
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
    refuse(Refusal.rateLimit.reply(to: .tempfail))
  }
}
