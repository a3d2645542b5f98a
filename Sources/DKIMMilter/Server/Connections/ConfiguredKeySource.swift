package import DKIMConfiguration
package import DKIMCore
package import NIOCore

/// Key records from where a filter with the same configuration asks for them.
package struct ConfiguredKeySource: PublicKeySource {
  /// A sentence for people.
  package struct Failure: Error {
    package let message: String
  }

  /// What an administrator should know.
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
