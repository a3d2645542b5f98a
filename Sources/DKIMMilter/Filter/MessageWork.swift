import DKIMConfiguration
import DKIMCore
import Milter

/// The work on the body of a message: verification, signing, or both.
struct MessageWork: ~Copyable, Sendable {
  var verifying: VerifyingWork?
  var signing: SigningWork?
  /// Removes forged results from a message that is signed but not verified, because its client is not internal.
  var removesForgedResults: ResultFieldsPastLimit?

  var finishTakesLong: Bool {
    switch signing {
    case .some(let work): work.finishTakesLong
    case nil: false
    }
  }

  /// The number of signatures to make.
  private var signatureCount: Int {
    switch signing {
    case .some(let work): work.count
    case nil: 0
    }
  }

  private var explanation: Explanation {
    switch signing {
    case .some(let work): work.explanation
    case nil: Explanation()
    }
  }

  mutating func update(body: Span<UInt8>) -> BodyDemand {
    let verification = verifying?.update(body: body) ?? .enough
    let signature = signing?.update(body: body) ?? .enough
    return verification == .more ? .more : signature
  }

  mutating func supply(_ answer: KeyAnswer, for query: KeyQuery) { verifying?.supply(answer, for: query) }

  /// Finishes a message for which there is no FinalPolicyScript.
  consuming func finish(_ facts: MessageMetadata, in context: MessageContext) -> Verdict {
    guard var verdict = verifying.take()?.finish(in: context) else {
      var verdict = signing.take()?.finish(in: context) ?? Verdict(reply: Refusal.internal.reply(to: .tempfail))
      removeForgedResults(from: &verdict, facts, in: context)
      return verdict
    }
    if verdict.reply == .accept, let signing = signing.take() { verdict.add(signing.finish(in: context)) }
    return verdict
  }

  /// Finishes a message for which there is a FinalPolicyScript. It runs after verification and before signing.
  consuming func finish(_ script: FinalScript, in context: MessageContext) async -> Verdict {
    var verdict: Verdict
    let isVerified: Bool
    if let verifying = verifying.take() {
      isVerified = true
      verdict = verifying.finish(in: context)
    } else {
      isVerified = false
      verdict = Verdict(reply: .accept)
      verdict.explanation = explanation
    }
    let tags = await script.apply(to: &verdict, isVerified: isVerified, signatures: signatureCount)
    guard let tags, var signing = signing.take() else { return verdict }
    signing.explanation = Explanation()
    for tag in tags { signing.addExtensionTag(tag.name, tag.value) }
    verdict.add(signing.finish(in: context))
    removeForgedResults(from: &verdict, script.facts, in: context)
    return verdict
  }

  private func removeForgedResults(
    from verdict: inout Verdict, _ facts: MessageMetadata, in context: MessageContext
  ) {
    guard let late = removesForgedResults, verdict.reply == .accept else { return }
    let edits = verdict.edits
    verdict.edits = []
    if verdict.removeResultFields(facts.header, late: late, in: context) { verdict.add(edits) }
  }
}

extension Verdict {
  /// Adds the outcome of signing to that of verification.
  mutating func add(_ signing: Verdict) {
    log += signing.log
    counts += signing.counts
    explanation.steps += signing.explanation.steps
    guard signing.reply == .accept else { return refuse(signing.reply) }
    if let reason = signing.quarantine { quarantine = reason }
    // SoftwareHeader adds one field.
    add(signing.edits.filter { !edits.contains($0) })
  }
}
