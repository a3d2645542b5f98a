import DKIMConfiguration
import DKIMCore

/// Settings that change the header before it is signed.
extension Decider {
  /// Applies `ReplaceRules`. Returns the reason if that is impossible.
  mutating func replaceText() -> String? {
    guard let rules = configuration.signing.replaceRules else { return nil }
    do throws(ReplaceRulesFailure) {
      let rewriting = try rules.rewriting(of: facts.header)
      for (rule, fields) in rewriting.applied { record.append(.message(.replaced(rule, fields: fields))) }
      if !rewriting.values.isEmpty { header = facts.header.replacingValues(rewriting.values) }
      return nil
    } catch {
      return "\(error)"
    }
  }
}
