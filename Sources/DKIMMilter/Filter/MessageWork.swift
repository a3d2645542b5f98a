import DKIMConfiguration
import DKIMCore
import Milter

/// The work on the body of a message: verification, signing, or both.
struct MessageWork: ~Copyable, Sendable {
  var verifying: VerifyingWork?
  var signing: SigningWork?
  /// When a message that is verified is also signed.
  var condition = LaterSigning.Condition.scripted
  /// The domains whose own signatures have to pass before the message is signed.
  var claims: Set<DomainName> = []
  /// Why the message cannot be signed after it is verified, although it has to be.
  var signingError: String?
  /// Removes forged results from a message that is signed but not verified, because its client is not internal.
  var removesForgedResults: ResultFieldsPastLimit?

  /// A message that is verified.
  init(verifying: consuming VerifyingWork) {
    self.verifying = consume verifying
    signing = nil
  }

  /// A message that is only signed.
  init(signing: consuming SigningWork, removesForgedResults: ResultFieldsPastLimit?) {
    verifying = nil
    self.signing = consume signing
    self.removesForgedResults = removesForgedResults
  }

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
    verdict.applyRateLimits(in: context)
    if signs(&verdict) { addSignatures(to: &verdict, [], in: context) }
    verdict.addReports(in: context)
    return verdict
  }

  /// Whether a message that was verified is signed; the reason if it is not is added to the explanation.
  private func signs(_ verdict: inout Verdict) -> Bool {
    let isPlanned = signingError != nil || signatureCount > 0
    guard isPlanned, verdict.reply == .accept else { return false }
    guard condition == .ifOnePasses else { return true }
    let signers = verdict.signatures.filter(\.isAccepted).compactMap { $0.result.signature?.domain }
    let unconfirmed = claims.first { claim in !signers.contains { $0.isAligned(with: claim) } }
    guard signers.isEmpty || unconfirmed != nil else { return true }
    let why = signers.isEmpty ? "" : ": \(unconfirmed?.text ?? ""), the domain in From, has not signed the message"
    verdict.explanation.steps.append(.init(.notApplied, "not signed again\(why)", setting: Setting.resignMailTo.name))
    return false
  }

  /// Signs a message that is accepted; an error defers or refuses it.
  private mutating func addSignatures(
    to verdict: inout Verdict, _ tags: [(name: String, value: String)], in context: MessageContext
  ) {
    if let error = signingError {
      return verdict.add(SigningWork.failure(error, in: context))
    }
    guard var work = signing.take() else { return }
    work.explanation = Explanation()
    for tag in tags { work.addExtensionTag(tag.name, tag.value) }
    verdict.add(work.finish(in: context))
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
    verdict.applyRateLimits(in: context)
    if signs(&verdict) {
      addSignatures(to: &verdict, tags, in: context)
      removeForgedResults(from: &verdict, script.facts, in: context)
    }
    verdict.addReports(in: context)
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
