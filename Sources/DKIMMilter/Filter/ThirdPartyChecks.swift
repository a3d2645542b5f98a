import DKIMConfiguration
import DKIMCore

/// The checks that need the results of signatures: whether the author's domain authorizes the signers (ATPS), and
/// whether certifiers vouch for the message (VBR). Neither changes the result of a signature.
struct ThirdPartyChecks: Sendable {
  private var authorization: AuthorizationCheck?
  private var vouching: VouchingCheck?

  init(_ signatures: [EvaluatedSignature], _ header: MessageHeader, _ rules: VerificationRules) {
    authorization = AuthorizationCheck(signatures, header)
    vouching = VouchingCheck(signatures, header, rules)
  }

  /// Returns the next queries; none if the results are known.
  mutating func nextQueries() -> [KeyQuery] {
    (authorization?.nextQueries() ?? []) + (vouching?.nextQueries() ?? [])
  }

  mutating func supply(_ answer: KeyAnswer, for query: KeyQuery) {
    authorization?.supply(answer, for: query)
    vouching?.supply(answer, for: query)
  }

  /// The results for Authentication-Results, which follow those of the signatures.
  var results: [MethodResult] { [authorization?.result, vouching?.result].compactMap(\.self) }

  var steps: [Explanation.Step] { [authorization?.step, vouching?.step].compactMap(\.self) }

  /// Returns the lines to log.
  /// - Parameter logsResults: whether the results themselves are logged (`LogResults`).
  func log(logsResults: Bool) -> [LogEvent] {
    (vouching?.log.map { [$0] } ?? []) + (logsResults ? results.map(LogEvent.checkResult) : [])
  }
}
