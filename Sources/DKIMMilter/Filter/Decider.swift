import DKIMConfiguration
import DKIMCore

/// The decision on one message: to sign it, verify it, leave it alone or refuse it. Every step is recorded. Data sets
/// may be remote, so a decision may wait; it has no side effects.
struct Decider {
  let facts: MessageMetadata
  let configuration: Configuration
  /// Also explains which rules nearly applied. This costs additional lookups.
  let inDetail: Bool
  var steps: [Explanation.Step] = []
  var log: [LogEvent] = []
  private var mayHaveToSign: Bool

  init(_ facts: MessageMetadata, _ configuration: Configuration, inDetail: Bool = false) {
    self.facts = facts
    self.configuration = configuration
    self.inDetail = inDetail
    mayHaveToSign = configuration.roles.contains(.sign)
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
      log.append(.tooMuchHeader)
      note(.failure, "\(excess)", "MaximumHeaders")
      let action = configuration.actions.security
      if action != .accept { return decision(.act(action, .headerTooLarge)) }
    }
    guard let sender = readSender() else {
      // The sender field may come after the part of the header that was read.
      if let excess = facts.header.excess, try await mayBeOurs() { return cannotSign("\(excess)") }
      return withoutSender()
    }
    if try await isExempt(sender.domain) { return decision(.leaveAlone) }
    let isInternal = try await isInternal()
    var planned: [PlannedSignature] = []
    if isInternal {
      planned = try await plannedSignatures(for: sender)
    } else {
      // This lookup is only for the log, so its failure must not defer external mail.
      mayHaveToSign = false
      do { try await noteOutsider(sender) } catch { noteFailure(error) }
    }
    guard planned.isEmpty else { return try await signing(planned) }
    return try await verifying(author: sender.domain, isInternal: isInternal)
  }

  private mutating func mayBeOurs() async throws(DecisionFailure) -> Bool {
    guard configuration.roles.contains(.sign) else { return false }
    if case .none = configuration.signing.keys { return false }
    return try await isInternal()
  }

  // MARK: Signing

  private mutating func signing(_ planned: [PlannedSignature]) async throws(DecisionFailure) -> Decision {
    guard configuration.roles.contains(.sign) else {
      note(.result, "the message would be signed, but signing is disabled", "Mode")
      return leaveInternalMailAlone()
    }
    if let recipient = try await unsignedRecipient() {
      log.append(.skippingSigning(recipient: recipient))
      return leaveInternalMailAlone()
    }
    if let refusal = requirementRefusal() { return refusal }
    if configuration.verification.strictHeaders, let fault = HeaderRequirements.fault(in: facts.header) {
      return cannotSign(fault)
    }
    let old = configuration.openDKIMCompatibility.contains(.malformedStopsSigning)
    if old, let fault = malformedSignature() { return cannotSign(fault, action: .accept) }
    let length = try await bodyLength()
    for signature in planned { steps.append(signature.step(configuration.signing, length: length)) }
    var requests: [SigningRequest] = []
    do throws(SigningError) {
      for signature in planned { requests.append(try signature.request(configuration.signing, length: length)) }
    } catch {
      return cannotSign(error)
    }
    return decision(.sign(requests))
  }

  /// Returns the decision on internal mail for which no valid request can be made, such as one with an `i=` that is not
  /// an address.
  private mutating func cannotSign(_ error: SigningError) -> Decision {
    log.append(.signatureError("\(error)"))
    steps.append(SigningWork.step(error))
    var decision = decision(.act(configuration.actions.signatureError, .signing))
    decision.counts = [.signingFailed]
    decision.isInternal = true
    return decision
  }

  /// Returns the decision to leave internal mail alone.
  private func leaveInternalMailAlone() -> Decision {
    var decision = decision(.leaveAlone)
    decision.isInternal = true
    return decision
  }

  private mutating func cannotSign(_ why: String, action: ConfiguredAction? = nil) -> Decision {
    log.append(.signatureError(why))
    note(.failure, why, "On-SignatureError")
    var decision = decision(.act(action ?? configuration.actions.signatureError, .signing))
    decision.counts = [.signingFailed]
    return decision
  }

  private func malformedSignature() -> String? {
    for position in facts.header.positions(of: .dkimSignature).prefix(MailPolicy.mostSignatures) {
      do { _ = try DKIMSignature(value: facts.header.value(of: position)) } catch { return "\(error)" }
    }
    return nil
  }

  // MARK: Verifying

  private mutating func verifying(
    author: DomainName?, isInternal: Bool
  ) async throws(DecisionFailure) -> Decision {
    guard configuration.roles.contains(.verify) else {
      note(.result, "the message is not signed here, and verification is disabled", "Mode")
      return decision(.leaveAlone)
    }
    if let refusal = requirementRefusal() { return refusal }
    // From here on, the message will not be signed.
    mayHaveToSign = false
    var plan = VerificationPlan()
    plan.isInternal = isInternal
    checkHeader(&plan)
    try await sortSignatures(author: author, into: &plan)
    note(.result, "to be verified")
    return decision(.verify(plan))
  }

  /// Decides on a message without a sender: it cannot be signed, but its signatures are verified.
  private mutating func withoutSender() -> Decision {
    guard configuration.roles.contains(.verify) else { return decision(.leaveAlone) }
    if let refusal = requirementRefusal() { return refusal }
    var plan = VerificationPlan()
    plan.malformation = "the message has no readable sender address"
    checkHeader(&plan)
    note(.result, "to be verified")
    return decision(.verify(plan))
  }

  private mutating func checkHeader(_ plan: inout VerificationPlan) {
    guard configuration.verification.strictHeaders, let fault = HeaderRequirements.fault(in: facts.header) else {
      return
    }
    note(.failure, fault, "StrictHeaders")
    plan.malformation = fault
    plan.isRefused = true
  }

  private mutating func requirementRefusal() -> Decision? {
    guard configuration.verification.requiredHeaders, let fault = HeaderRequirements.fault(in: facts.header)
    else { return nil }
    log.append(.headerRequirement(fault))
    note(.failure, fault, "RequiredHeaders")
    return decision(.act(.reject, .header(fault)))
  }

  // MARK: Bookkeeping

  mutating func note(_ kind: Explanation.Step.Kind, _ text: String, _ setting: String? = nil) {
    steps.append(.init(kind, text, setting: setting, location: setting.flatMap { configuration.locations[$0] }))
  }

  /// Replaces the steps since `start` with one summary step that contains them.
  mutating func sumUp(from start: Int, _ step: Explanation.Step) {
    var step = step
    step.steps += steps[start...]
    steps.removeSubrange(start...)
    steps.append(step)
  }

  /// Adds a step with the text of a log line of OpenDKIM.
  mutating func note(openDKIMLine text: String, _ setting: String, kind: Explanation.Step.Kind = .notApplied) {
    steps.append(
      .init(kind, text, setting: setting, location: configuration.locations[setting], isOpenDKIMLine: true))
  }

  func decision(_ action: Decision.Action) -> Decision {
    var explanation = Explanation()
    explanation.steps = steps
    return Decision(action, explanation: explanation, log: log)
  }

  private mutating func noteFailure(_ failure: DecisionFailure) {
    log += failure.events
    steps += failure.steps
  }

  /// Returns the decision after a data set or a key was not available. A message that may have to be signed is
  /// deferred, whatever the configured actions are.
  private func failed(_ failure: DecisionFailure) -> Decision {
    var copy = self
    copy.noteFailure(failure)
    if failure.isAboutSigning {
      var decision = copy.decision(.act(configuration.actions.signatureError, .signing))
      decision.counts = [.signingFailed]
      return decision
    }
    let actions = configuration.actions
    let action = actions.captureUnknownErrors ? .quarantine : actions.internalError
    var decision = copy.decision(.act(mayHaveToSign ? .tempfail : action, .internal))
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
  /// There are keys for the sender, but none of the type in `SignatureAlgorithm`.
  case noKeyOfType(KeyType?)

  var events: [LogEvent] {
    switch self {
    case .dataSet(let setting, let error): [.dataSetFailed(setting: setting, why: "\(error)")]
    case .late(let why): [.decisionTooLate(why)]
    case .unknownKey(let name): [.unknownKey(name)]
    case .corruptKeyEntry(let name, let why): [.corruptKeyEntry(name, why: why)]
    case .keyNotLoaded(let name, let error): [.keyNotLoaded(error)] + (name.map { [.errorLoadingKey($0)] } ?? [])
    case .keyTooSmall(let bits, let minimum):
      [.signatureError("private key too small (\(bits) bits, need at least \(minimum))")]
    case .noKeyOfType(let type):
      [.signatureError("there is no \(type?.rawValue ?? "-") key, which SignatureAlgorithm requires")]
    }
  }

  var steps: [Explanation.Step] {
    guard case .keyNotLoaded(_, let error) = self, let fix = error.fix else {
      return events.map { .init(.failure, $0.text) }
    }
    return [.init(.failure, "\(error)", steps: [.init(.note, "fix: \(fix)")])]
  }

  /// True if the keys exist but must not be used. All other failures may be temporary.
  var isAboutSigning: Bool {
    switch self {
    case .keyTooSmall, .noKeyOfType: true
    case .dataSet, .late, .unknownKey, .corruptKeyEntry, .keyNotLoaded: false
    }
  }
}
