import DKIMConfiguration
import DKIMCore

/// Makes the decision on one message: to sign it, verify it, leave it alone or refuse it. Every step is recorded. The
/// decision may have to wait for remote data sets; it has no side effects.
struct Decider {
  let facts: MessageMetadata
  let configuration: Configuration
  /// Whether to record rules that nearly applied as well. This costs additional lookups.
  let inDetail: Bool
  var record = DecisionRecord()
  /// The header that decides who signs, and that is signed: the one that was received, unless settings change it.
  var header: MessageHeader
  /// The header to verify, if SetupPolicyScript has replaced values in it.
  var hashedHeader: MessageHeader?
  /// Whether `ReplaceRules` has been applied to ``header``.
  var textIsReplaced = false
  /// The variables that scripts have exported.
  var exports: [String: ScriptValue] = [:]
  /// Whether the client is internal, once it has been decided.
  var knownOrigin: Bool?
  /// The field that `IdentityHeaderRemove` removes, and how many of them the message has.
  var removedField: (name: String, count: Int)?
  /// A failure defers the message, so that it does not leave unsigned.
  var mayHaveToSign: Bool
  private var author: MailAddress?

  init(_ facts: MessageMetadata, _ configuration: Configuration, inDetail: Bool = false) {
    self.facts = facts
    self.configuration = configuration
    self.inDetail = inDetail
    header = facts.header
    // Without its answer, it is unknown what a script would have done with the message.
    let scripts = configuration.scripts
    mayHaveToSign = configuration.roles.contains(.sign) || scripts.setup != nil || scripts.screen != nil
  }

  consuming func decide() async -> Decision {
    do {
      return try await action()
    } catch {
      return failed(error)
    }
  }

  /// Returns the decision to use if `decide()` has not finished in time.
  func late(_ why: String) -> Decision { failed(.late(why)) }

  private mutating func action() async throws(DecisionFailure) -> Decision {
    if let excess = facts.header.excess {
      record.append(.message(.headerTooLarge(excess)))
      let action = configuration.actions.security
      if action != .accept { return decision(.act(action, .headerTooLarge)) }
    }
    // The text of the sender decides who signs. Mail that may only be verified is read as it was received.
    if configuration.signing.replaceRules != nil, try await isSigningCandidate(), let why = replaceText() {
      return cannotSign(why)
    }
    guard let sender = try await readSender() else {
      // The sender field may come after the part of the header that was read.
      if let excess = facts.header.excess, try await isSigningCandidate() { return cannotSign("\(excess)") }
      return try await withoutSender()
    }
    author = sender
    if try await isExempt(sender.domain) { return decision(.leaveAlone) }
    let isInternal = try await isInternal()
    var planned: [PlannedSignature] = []
    if isInternal {
      if !configuration.scripts.luaOnlySigning { planned = try await plannedSignatures(for: sender) }
    } else {
      // This lookup is only for the log, so its failure must not defer external mail.
      mayHaveToSign = false
      do { try await recordExternalSender(sender) } catch { record(error) }
    }
    if let script = configuration.scripts.setup {
      return try await decide(with: script, sender: sender, isInternal: isInternal, planned)
    }
    if !planned.isEmpty { return try await signing(applyIdentityHeader(to: planned), author: sender.domain) }
    return try await verifying(author: sender.domain, isInternal: isInternal)
  }

  /// Returns whether the message might have to be signed if its sender were known.
  mutating func isSigningCandidate() async throws(DecisionFailure) -> Bool {
    guard configuration.roles.contains(.sign) else { return false }
    if case .none = configuration.signing.keys { return false }
    return try await isInternal()
  }

  // MARK: Signing

  /// - Parameter alsoVerifies: the message will be verified, too.
  mutating func signing(
    _ planned: [PlannedSignature], author: DomainName, isInternal: Bool = true, alsoVerifies: Bool = false
  ) async throws(DecisionFailure) -> Decision {
    guard configuration.roles.contains(.sign) else {
      record.append(.outcome(.signingDisabled))
      return leaveAlone(isInternal)
    }
    if try await hasUnsignedRecipient() { return leaveAlone(isInternal) }
    if let refusal = requirementRefusal() { return refusal }
    if configuration.verification.strictHeaders, let fault = HeaderRequirements.fault(in: facts.header) {
      return cannotSign(fault)
    }
    if configuration.openDKIMCompatibility.contains(.malformedStopsSigning), let fault = malformedSignature() {
      return cannotSign(fault, action: .accept)
    }
    let length = try await bodyLength()
    let atps = try await atpsTags(for: author)
    for signature in planned {
      record.append(.outcome(.toBeSigned(signature, configuration.signing, length: length)))
    }
    var requests: [SigningRequest] = []
    do throws(SigningError) {
      for signature in planned {
        requests.append(try request(signature, length: length, resultsChange: alsoVerifies || !isInternal))
      }
    } catch {
      // There is no valid request, for example because `i=` is not an address.
      var decision = cannotSign("\(error)")
      decision.isInternal = isInternal
      return decision
    }
    for i in requests.indices where requests[i].domain != author { requests[i].atps = atps }
    let vouching = vouching(for: author, requests)
    var decision = decision(.sign(requests))
    decision.isInternal = isInternal
    decision.signedHeader = header
    decision.removedField = removedField
    decision.vouching = vouching
    return decision
  }

  /// Returns the decision to leave mail alone that would be signed.
  private func leaveAlone(_ isInternal: Bool) -> Decision {
    var decision = decision(.leaveAlone)
    decision.isInternal = isInternal
    return decision
  }

  private mutating func cannotSign(_ why: String, action: ConfiguredAction? = nil) -> Decision {
    record.append(.outcome(.cannotSign(why)))
    var decision = decision(.act(action ?? configuration.actions.signatureError, .signing))
    decision.counts = [.signingFailed]
    return decision
  }

  private func malformedSignature() -> String? {
    for position in facts.header.positions(of: .dkimSignature).prefix(MailPolicy.maximumSignatures) {
      if case .invalid(let error, _) = parsedSignature(at: position) { return "\(error)" }
    }
    return nil
  }

  func parsedSignature(at position: Int) -> ParsedSignature {
    ParsedSignature(position, in: facts.header, configuration.verification.policy)
  }

  // MARK: Verifying

  /// - Parameter alsoSigns: the message will be signed, too.
  mutating func verifying(
    author: DomainName?, isInternal: Bool, alsoSigns: Bool = false
  ) async throws(DecisionFailure) -> Decision {
    guard configuration.roles.contains(.verify) else {
      record.append(.outcome(.verificationDisabled))
      return decision(.leaveAlone)
    }
    if let refusal = requirementRefusal() { return refusal }
    // A message that a script signs as well is not signed a second time.
    let resigning = alsoSigns ? nil : try await resigning(author: author, isInternal: isInternal)
    var plan = VerificationPlan()
    plan.isInternal = isInternal
    plan.author = author
    plan.headerIsReplaced = hashedHeader != nil
    checkHeader(&plan)
    try await findTrustedSignatures(author: author, into: &plan)
    try await findRateLimits(into: &plan)
    try await screen(&plan, author: self.author)
    record.append(.outcome(.toBeVerified))
    return verifying(plan, resigning)
  }

  /// Returns the decision to verify a message and, if signatures are planned, to sign it afterward.
  private mutating func verifying(_ plan: VerificationPlan, _ resigning: LaterSigning?) -> Decision {
    var decision = decision(.verify(plan))
    decision.laterSigning = resigning
    if resigning != nil { decision.signedHeader = header }
    return decision
  }

  /// Decides on a message without a sender: it cannot be signed, but its signatures are verified.
  private mutating func withoutSender() async throws(DecisionFailure) -> Decision {
    guard configuration.roles.contains(.verify) else { return decision(.leaveAlone) }
    if let refusal = requirementRefusal() { return refusal }
    var plan = VerificationPlan()
    if configuration.verification.weakSyntaxChecks {
      plan.isInternal = try await isInternal()
    } else {
      plan.malformation = "the message has no readable sender address"
    }
    let resigning = try await resigning(author: nil, isInternal: plan.isInternal)
    checkHeader(&plan)
    try await findRateLimits(into: &plan)
    try await screen(&plan, author: nil)
    record.append(.outcome(.toBeVerified))
    return verifying(plan, resigning)
  }

  private mutating func checkHeader(_ plan: inout VerificationPlan) {
    guard configuration.verification.strictHeaders, let fault = HeaderRequirements.fault(in: facts.header) else {
      return
    }
    record.append(.message(.malformed(fault)))
    plan.malformation = fault
    plan.isRefused = true
  }

  private mutating func requirementRefusal() -> Decision? {
    guard configuration.verification.requiredHeaders, let fault = HeaderRequirements.fault(in: facts.header)
    else { return nil }
    record.append(.message(.headerRequirement(fault)))
    return decision(.act(.reject, .header(fault)))
  }

  // MARK: Bookkeeping

  func decision(_ action: Decision.Action) -> Decision {
    var decision = Decision(
      action, explanation: record.explanation(configuration.locations),
      log: record.reasons(configuration) + record.logEvents)
    decision.script = ScriptedContext(author: author, exports: exports, hashedHeader: hashedHeader)
    return decision
  }

  private mutating func record(_ failure: DecisionFailure) {
    record.append(.failure(failure))
    if case .keyNotLoaded(let name?, let error) = failure {
      record.append(.errorLoadingKey(name, isExplained: error.fix == nil))
    }
  }

  /// Returns the decision after a data set or a key was not available. A message that may have to be signed is
  /// deferred, whatever the configured actions are.
  private func failed(_ failure: DecisionFailure) -> Decision {
    var copy = self
    copy.record(failure)
    if failure.meansNoUsableKey {
      var decision = copy.decision(.act(configuration.actions.signatureError, .signing))
      decision.counts = [.signingFailed]
      return decision
    }
    let actions = configuration.actions
    let action = actions.captureUnknownErrors ? .quarantine : actions.internalError
    var decision = copy.decision(.act(mayHaveToSign || failure.isOfScript ? .tempfail : action, .internal))
    decision.counts = [.failed]
    if case .keyNotLoaded(_, .needsRoot) = failure { decision.needsRoot = true }
    return decision
  }
}

/// The reason why no decision was possible.
enum DecisionFailure: Error, Sendable, Hashable {
  case dataSet(setting: String, DataSetError)
  /// The lookups for one message took too long in total.
  case late(String)
  case unknownKey(String)
  case corruptKeyEntry(name: String, why: String)
  case keyNotLoaded(name: String?, SigningKeyStoreError)
  case keyTooSmall(bits: Int, minimum: Int)
  /// `ResignMailTo` names the recipient, but neither its domain nor the sender's is in `Domain`.
  case noResigningDomain(MailAddress)
  /// There are keys for the sender, but none of the type in `SignatureAlgorithm`.
  case noKeyOfType(KeyType?)
  /// A policy script failed.
  case script(ScriptHook, String)

  /// True if the sender has keys but none may be used, so that On-SignatureError applies. All other failures may be
  /// temporary: a message that may have to be signed is deferred.
  var meansNoUsableKey: Bool {
    switch self {
    case .keyTooSmall, .noKeyOfType: true
    case .dataSet, .late, .unknownKey, .corruptKeyEntry, .keyNotLoaded, .noResigningDomain, .script: false
    }
  }

  /// The text for errors of signing.
  var reason: String {
    switch self {
    case .keyTooSmall(let bits, let minimum): "private key too small (\(bits) bits, need at least \(minimum))"
    case .noKeyOfType(let type):
      "there is no \(type?.rawValue ?? "-") key, which \(Setting.signatureAlgorithm.name) requires"
    default: LogEvent(self).text
    }
  }

  /// True if a policy script failed, so that what it would have decided is not known.
  var isOfScript: Bool { if case .script = self { true } else { false } }
}
