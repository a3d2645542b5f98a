package import DKIMConfiguration
package import DKIMCore
package import NIOCore

/// A key source that gets key records in the same way as a filter with the same configuration.
package struct ConfiguredKeySource: PublicKeySource {
  /// An error with a message for the user.
  package struct Failure: Error {
    package let message: String
  }

  /// Problems to report to the administrator.
  package let problems: [ConfigurationProblem]
  private let source: any PublicKeySource

  package init(_ rules: DNSRules, group: any EventLoopGroup) throws(Failure) {
    let plan: KeySourcePlan
    do throws(StartFailure) {
      plan = try KeySourcePlan(rules, previous: nil)
    } catch {
      throw Failure(message: error.message)
    }
    problems = plan.problems
    source = plan.source.open(group).keys
  }

  package func answer(_ query: KeyQuery) async -> KeyAnswer { await source.answer(query) }
}
