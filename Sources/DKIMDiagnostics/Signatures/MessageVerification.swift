package import DKIMCore

/// A message and its verification results. Variants of the message can be verified with the same keys.
package struct MessageVerification {
  package let parsed: ParsedMessage
  package let report: VerificationReport
  package let context: VerificationContext
  private let answers: [KeyQuery: KeyAnswer]

  /// Verifies the message with keys from the source.
  package init(_ message: [UInt8], in context: VerificationContext) async {
    parsed = ParsedMessage(message)
    let session = context.verifier.begin(parsed.header, at: context.time)
    let answers = await context.keys.answers(to: session.pendingQueries)
    self.context = context
    self.answers = answers
    report = Self.finish(session, body: parsed.body.span, answers)
  }

  private init(_ message: [UInt8], like other: MessageVerification) {
    context = other.context
    answers = other.answers
    parsed = ParsedMessage(message)
    let session = context.verifier.begin(parsed.header, at: context.time)
    report = Self.finish(session, body: parsed.body.span, answers)
  }

  /// Verifies a variant of the message with the same keys.
  package func of(_ variant: [UInt8]) -> MessageVerification {
    MessageVerification(variant, like: self)
  }

  /// Returns the results for another header, without a body. Only their result for `b=` is meaningful.
  func results(for header: MessageHeader) -> [VerificationResult] {
    Self.finish(context.verifier.begin(header, at: context.time), body: [UInt8]().span, answers).results
  }

  package var results: [VerificationResult] { report.results }
  package var message: [UInt8] { parsed.bytes }
  package var header: MessageHeader { parsed.header }
  var body: ArraySlice<UInt8> { parsed.body }
  package var passes: Int { results.count { $0.code == .pass } }
  package var hasBodyChanged: Bool { results.contains { $0.bodyHash == .differs } }

  private static func finish(
    _ session: consuming VerificationSession, body: Span<UInt8>, _ answers: [KeyQuery: KeyAnswer]
  ) -> VerificationReport {
    session.supply(answers)
    _ = session.update(body: body)
    return session.finish()
  }
}

/// The settings that all messages of a run share.
package struct VerificationContext: Sendable {
  package let verifier: Verifier
  package let keys: any PublicKeySource
  package let time: Timestamp

  package init(verifier: Verifier, keys: any PublicKeySource, time: Timestamp) {
    self.verifier = verifier
    self.keys = keys
    self.time = time
  }
}
