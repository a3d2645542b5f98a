import DKIMConfiguration
import DKIMCore

/// The overall result of the signatures of a message: an action, a header field and log lines.
struct MessageAssessment {
  private(set) var action = ConfiguredAction.accept
  private(set) var refusal = Refusal.badSignature
  /// The signature whose failure decides about the message; `nil` if the message passes, or has none.
  private(set) var deciding: EvaluatedSignature?
  /// The Authentication-Results field to add; `nil` if there is nothing to report.
  private(set) var resultField: AuthenticationResults?
  private(set) var log: [LogEvent] = []
  private(set) var steps: [Explanation.Step] = []
  private let signatures: [EvaluatedSignature]
  private let surplus: ExcessSignatures
  private let plan: VerificationPlan
  private let checks: ThirdPartyChecks
  private let context: MessageContext
  private var configuration: Configuration { context.configuration }

  /// - Parameters:
  ///   - surplus: the signatures that are only counted.
  ///   - checks: the checks that follow the evaluation of the signatures.
  init(
    _ signatures: [EvaluatedSignature], surplus: ExcessSignatures, plan: VerificationPlan, headerIsCut: Bool,
    checks: ThirdPartyChecks, in context: MessageContext
  ) {
    self.signatures = signatures
    self.surplus = surplus
    self.plan = plan
    self.checks = checks
    self.context = context
    for signature in signatures { steps.append(signature.step) }
    if let text = surplus.text {
      steps.append(.init(.notApplied, text, setting: Setting.maximumSignaturesToVerify.name))
    }
    steps += checks.steps
    if signatures.isEmpty { assessUnsigned(headerIsCut) } else { assessSigned() }
    steps.append(.init(.result, action == .accept ? "accepted" : "\(action.rawValue): \(refusal.text)"))
  }

  // MARK: Unsigned

  private mutating func assessUnsigned(_ headerIsCut: Bool) {
    let results = configuration.results
    if let malformation = plan.malformation {
      steps.append(.init(.failure, malformation))
      if !configuration.verification.ignoreMalformedMail {
        add([MethodResult(dkim: .permerror, comment: "bad message/signature format")])
      }
    } else if headerIsCut {
      add([MethodResult(dkim: .policy, reason: "too much header data; signatures were not evaluated")])
    } else if results.alwaysAddARHeader || plan.reportsNone {
      add([MethodResult(dkim: .none)])
    }
    applyNoSignature()
  }

  private mutating func applyNoSignature() {
    if appliesNoSignature {
      action = configuration.actions.noSignature
      refusal = .noSignature
      steps.append(
        .init(
          .note, "no signature", setting: Setting.onNoSignature.name,
          location: configuration.location(Setting.onNoSignature)))
    } else {
      steps.append(.init(.note, "no signature; \(Setting.onNoSignature.name) does not apply"))
    }
    // For mail without a readable sender, OpenDKIM logs another line instead.
    let logsWhy = configuration.log.logWhy && plan.malformation == nil
    if logsWhy || action != .accept { log.append(.noSignature(isRefused: action != .accept)) }
  }

  /// Internal mail that is not signed here is not signed by anyone else, and refusing it would keep internal users from
  /// sending.
  private var appliesNoSignature: Bool {
    let old = configuration.openDKIMCompatibility
    if plan.malformation != nil { return false }
    if plan.isInternal, !old.contains(.verifyInternal) { return false }
    return !(configuration.results.alwaysAddARHeader && old.contains(.alwaysAddHidesUnsigned))
  }

  // MARK: Signed

  private mutating func assessSigned() {
    writeField()
    logSignatures()
    // Mail from a domain in test mode is treated like unsigned mail, even with a good signature. // RFC 6376 §3.6.1
    let counting = signatures.filter { $0.cause != .ignored && !$0.isTesting }
    guard !counting.contains(where: { $0.cause == .good }) else { return }
    // A later attempt may find the key and a good signature. If On-DNSError accepts, the first of the others decides.
    if let signature = signatures.first(where: { $0.cause == .keyUnavailable }) {
      apply(configuration.actions.dnsError, .keyUnavailable, signature, setting: Setting.onDNSError.name)
      if action != .accept { return }
    }
    if counting.isEmpty {
      steps.append(.init(.note, "all signatures are ignored: they are not trusted, or their domains are testing (t=y)"))
      return applyNoSignature()
    }
    guard let signature = counting.first(where: { $0.cause != .keyUnavailable }) else { return }
    switch signature.cause {
    case .keyNotFound:
      apply(configuration.actions.keyNotFound, .keyNotFound, signature, setting: Setting.onKeyNotFound.name)
    case .syntax:
      apply(configuration.actions.badSignature, .syntaxError, signature, setting: Setting.onBadSignature.name)
    case .badTime where configuration.openDKIMCompatibility.contains(.acceptExpired):
      steps.append(
        .init(.note, "\(Setting.onBadSignature.name) does not apply", setting: Setting.openDKIMCompatibility.name))
    case .bad, .badTime, .revoked:
      apply(configuration.actions.badSignature, .badSignature, signature, setting: Setting.onBadSignature.name)
    case .good, .ignored, .keyUnavailable: break
    }
  }

  private mutating func apply(
    _ action: ConfiguredAction, _ refusal: Refusal, _ signature: EvaluatedSignature, setting: String
  ) {
    if setting == Setting.onDNSError.name, configuration.openDKIMCompatibility.contains(.acceptDNSErrors) { return }
    self.action = action
    self.refusal = refusal
    deciding = signature
    steps.append(.init(.applied, "\(action.rawValue)", setting: setting, location: configuration.locations[setting]))
  }

  private mutating func writeField() {
    let isHidden =
      configuration.openDKIMCompatibility.contains(.acceptDNSErrors)
      && signatures.allSatisfy { $0.cause == .keyUnavailable }
    guard !isHidden else { return }
    let reports = signatures.map { SignatureReport($0.result.tags, $0.code, reason: $0.reason, comment: $0.comment) }
    var methods = MethodResult.results(for: reports, includingPrefix: !configuration.results.noHeaderB)
    if let text = surplus.text { methods.append(MethodResult(dkim: .policy, reason: text)) }
    add(methods)
  }

  private mutating func add(_ methods: [MethodResult]) {
    resultField = AuthenticationResults(authservID: context.authservID, results: methods + checks.results)
  }

  // MARK: Log

  /// Logs the lines in OpenDKIM's order.
  private mutating func logSignatures() {
    let rules = configuration.log
    let ignored = signatures.count { $0.cause == .ignored && !plan.untrusted.contains($0.result.position) }
    if ignored + surplus.count > 0 { log.append(.ignoringSignatures(ignored + surplus.count)) }
    for signature in signatures where plan.untrusted.contains(signature.result.position) {
      log.append(.ignoringSignature(from: signature.result.tags.domain ?? "-"))
    }
    if rules.syslogSuccess, signatures.count > 1 {
      log.append(.signatures(from: signatures.prefix(20).map { $0.result.tags.domain ?? "-" }))
    }
    if rules.logResults { log.append(.results(resultsLine)) }
    log += checks.log(logsResults: rules.logResults)
    if let good = signatures.first(where: { $0.cause == .good }) {
      if rules.syslogSuccess {
        log += [.verificationSuccessful, .signature(good.result.tags, error: "")]
      }
    } else {
      for signature in signatures.prefix(10) { log += signature.logEvents }
    }
  }

  /// `signature=LSBLB8Es domain=example.com selector=other result="no signature error"; …`
  private var resultsLine: String {
    signatures.map { signature in
      let tags = signature.result.tags
      let prefix = tags.signature.map { String($0.prefix(SignaturePrefix.minimumLength)) } ?? "-"
      return "signature=\(prefix) domain=\(tags.domain ?? "-") selector=\(tags.selector ?? "-") "
        + "result=\"\(signature.detailedReason ?? "no signature error")\""
    }.joined(separator: "; ")
  }
}

extension EvaluatedSignature {
  /// The log lines for a signature that did not pass.
  fileprivate var logEvents: [LogEvent] {
    let tags = result.tags
    switch cause {
    case .good, .ignored: return []
    case .revoked: return [.keyRevoked(tags)]
    case .keyNotFound:
      return [.keyRetrievalFailed(tags, why: "'\(result.signature?.keyQuery.name ?? "-")' record not found")]
    case .keyUnavailable: return [.keyRetrievalFailed(tags, why: lookupFailure)]
    case .bad, .badTime, .syntax: return [.signature(tags, error: reason ?? ""), .badSignature]
    }
  }

  private var lookupFailure: String {
    guard case .temporaryFailure(let failure) = result.outcome else { return reason ?? "" }
    if case .timeout = failure { return "query timed out" }
    return "\(failure)"
  }

  fileprivate var step: Explanation.Step {
    let tags = result.tags
    let name = "signature of \(tags.domain ?? "an unknown domain") (s=\(tags.selector ?? "-"))"
    let text = "\(name): \(code.rawValue)" + (detailedReason.map { ", \($0)" } ?? "")
    return .init(cause == .good ? .applied : cause == .keyUnavailable ? .failure : .notApplied, text, setting: setting)
  }
}
