import DKIMConfiguration
import DKIMCore

/// The overall result of the signatures of a message: an action, a header field and log lines.
struct Judgement {
  private(set) var action = Action.accept
  private(set) var refusal = Refusal.badSignature
  /// The Authentication-Results field to add; `nil` if there is nothing to report.
  private(set) var resultField: AuthenticationResults?
  private(set) var log: [LogEvent] = []
  private(set) var steps: [Explanation.Step] = []
  private let findings: [SignatureFinding]
  private let surplus: SurplusSignatures
  private let order: VerificationOrder
  private let context: MessageContext
  private var configuration: Configuration { context.configuration }

  /// - Parameter surplus: the signatures that are only counted.
  init(
    _ findings: [SignatureFinding], surplus: SurplusSignatures, order: VerificationOrder, headerIsCut: Bool,
    in context: MessageContext
  ) {
    self.findings = findings
    self.surplus = surplus
    self.order = order
    self.context = context
    for finding in findings { steps.append(finding.step) }
    if let text = surplus.text { steps.append(.init(.no, text, setting: "MaximumSignaturesToVerify")) }
    if findings.isEmpty { judgeUnsigned(headerIsCut) } else { judgeSigned() }
    steps.append(.init(.result, action == .accept ? "accepted" : "\(action.rawValue): \(refusal.text)"))
  }

  // MARK: Unsigned

  private mutating func judgeUnsigned(_ headerIsCut: Bool) {
    let results = configuration.results
    if let malformation = order.malformation {
      steps.append(.init(.failure, malformation))
      if !configuration.verification.ignoreMalformedMail {
        add([MethodResult(dkim: .permerror, comment: "bad message/signature format")])
      }
    } else if headerIsCut {
      add([MethodResult(dkim: .policy, reason: "too much header data; signatures were not evaluated")])
    } else if results.alwaysAddARHeader {
      add([MethodResult(dkim: .none)])
    }
    applyNoSignature()
  }

  private mutating func applyNoSignature() {
    if appliesNoSignature {
      action = configuration.actions.noSignature
      refusal = .noSignature
      steps.append(
        .init(.note, "no signature", setting: "On-NoSignature", place: configuration.places["On-NoSignature"]))
    } else {
      steps.append(.init(.note, "no signature; On-NoSignature does not apply"))
    }
    // For mail without a readable sender, OpenDKIM logs another line instead.
    let logsWhy = configuration.log.logWhy && order.malformation == nil
    if logsWhy || action != .accept { log.append(.noSignature(isRefused: action != .accept)) }
  }

  /// Internal mail that is not signed here is not signed by anyone else, and refusing it would keep internal users from
  /// sending.
  private var appliesNoSignature: Bool {
    let old = configuration.oldBehaviour
    if order.malformation != nil { return false }
    if order.isInternal, !old.contains(.verifyInternal) { return false }
    return !(configuration.results.alwaysAddARHeader && old.contains(.alwaysAddHidesUnsigned))
  }

  // MARK: Signed

  private mutating func judgeSigned() {
    writeField()
    logSignatures()
    // Mail from a domain in test mode is treated like unsigned mail, even with a good signature. // RFC 6376 §3.6.1
    let counting = findings.filter { $0.cause != .ignored && !$0.isTesting }
    guard !counting.contains(where: { $0.cause == .good }) else { return }
    // A later attempt may find the key and a good signature. If On-DNSError accepts, the first of the others decides.
    if let finding = findings.first(where: { $0.cause == .keyUnavailable }) {
      apply(configuration.actions.dnsError, .keyUnavailable, finding, setting: "On-DNSError")
      if action != .accept { return }
    }
    if counting.isEmpty {
      steps.append(.init(.note, "all signatures are ignored: they are not trusted, or their domains are testing (t=y)"))
      return applyNoSignature()
    }
    guard let finding = counting.first(where: { $0.cause != .keyUnavailable }) else { return }
    switch finding.cause {
    case .keyNotFound: apply(configuration.actions.keyNotFound, .keyNotFound, finding, setting: "On-KeyNotFound")
    case .syntax: apply(configuration.actions.badSignature, .syntaxError, finding, setting: "On-BadSignature")
    case .badTime where configuration.oldBehaviour.contains(.acceptExpired):
      steps.append(.init(.note, "On-BadSignature does not apply", setting: "OldBehaviour"))
    case .bad, .badTime, .revoked:
      apply(configuration.actions.badSignature, .badSignature, finding, setting: "On-BadSignature")
    case .good, .ignored, .keyUnavailable: break
    }
  }

  private mutating func apply(_ action: Action, _ refusal: Refusal, _ finding: SignatureFinding, setting: String) {
    if setting == "On-DNSError", configuration.oldBehaviour.contains(.acceptDNSErrors) { return }
    self.action = action
    self.refusal = refusal
    steps.append(.init(.yes, "\(action.rawValue)", setting: setting, place: configuration.places[setting]))
  }

  private mutating func writeField() {
    let isHidden =
      configuration.oldBehaviour.contains(.acceptDNSErrors) && findings.allSatisfy { $0.cause == .keyUnavailable }
    guard !isHidden else { return }
    let beginnings = HeaderB.prefixes(of: findings.compactMap(\.result.tags.signature))
    var next = beginnings.makeIterator()
    var methods: [MethodResult] = []
    for finding in findings {
      let tags = finding.result.tags
      let signature = tags.signature == nil ? nil : next.next()
      methods.append(
        MethodResult(
          dkim: finding.word, reason: finding.reason, comment: finding.comment,
          properties: DKIMProperties(
            domain: tags.domain, identity: tags.identity, algorithm: tags.algorithm, selector: tags.selector,
            signature: configuration.results.noHeaderB ? nil : signature)))
    }
    if let text = surplus.text { methods.append(MethodResult(dkim: .policy, reason: text)) }
    add(methods)
  }

  private mutating func add(_ methods: [MethodResult]) {
    resultField = AuthenticationResults(authservID: context.authservID, results: methods)
  }

  // MARK: Log

  /// Logs the lines in OpenDKIM's order.
  private mutating func logSignatures() {
    let rules = configuration.log
    let ignored = findings.count { $0.cause == .ignored && !order.untrusted.contains($0.result.position) }
    if ignored + surplus.count > 0 { log.append(.ignoringSignatures(ignored + surplus.count)) }
    for finding in findings where order.untrusted.contains(finding.result.position) {
      log.append(.ignoringSignature(from: finding.result.tags.domain ?? "-"))
    }
    if rules.syslogSuccess, findings.count > 1 {
      log.append(.signatures(from: findings.prefix(20).map { $0.result.tags.domain ?? "-" }))
    }
    if rules.logResults { log.append(.results(resultsLine)) }
    if let good = findings.first(where: { $0.cause == .good }) {
      if rules.syslogSuccess {
        log += [.verificationSuccessful, .signature(good.result.tags, error: "")]
      }
    } else {
      for finding in findings.prefix(10) { log += finding.logEvents }
    }
  }

  /// `signature=LSBLB8Es domain=example.com selector=other result="no signature error"; …`
  private var resultsLine: String {
    findings.map { finding in
      let tags = finding.result.tags
      let signature = tags.signature.map { String($0.prefix(HeaderB.minimumLength)) } ?? "-"
      return "signature=\(signature) domain=\(tags.domain ?? "-") selector=\(tags.selector ?? "-") "
        + "result=\"\(finding.detailedReason ?? "no signature error")\""
    }.joined(separator: "; ")
  }
}

extension SignatureFinding {
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
    let text = "\(name): \(word.rawValue)" + (detailedReason.map { ", \($0)" } ?? "")
    return .init(cause == .good ? .yes : cause == .keyUnavailable ? .failure : .no, text, setting: setting)
  }
}
