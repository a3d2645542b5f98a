import DKIMConfiguration
import DKIMCore

/// The policy scripts at the end of the header.
extension Decider {
  /// Runs a script; its calls are recorded.
  /// - Throws: a failure if the script fails, or if a lookup that it depends on does.
  mutating func run(_ script: any PolicyScript, _ host: inout ScriptHost) async throws(DecisionFailure) {
    let functions = host.hook.functions
    let hook = host.hook
    let start = record.count
    var calls = 0
    var scriptFailure: PolicyScriptError?
    do throws(PolicyScriptError) {
      try await script.run(functions: functions.map(\.rawValue), globals: host.globals) {
        (number, values) async throws(PolicyScriptError) -> [ScriptValue] in
        let arguments = ScriptArguments(functions[number], values)
        let results: [ScriptValue]
        switch functions[number] {
        case .sign: results = [try await sign(arguments, &host)]
        case .signfor: results = [try await signFor(arguments, &host)]
        default: results = try await host.call(functions[number], arguments)
        }
        calls += 1
        if calls <= ScriptHost.mostSteps {
          record.append(.script(.call(hook, arguments.description, results)))
        }
        return results
      }
    } catch {
      scriptFailure = error
    }
    exports = host.exports
    record.sumUp(from: start, as: .script(.ran(hook, name: script.name, log: host.log)))
    if let failure = host.failure { throw failure }
    if let scriptFailure { throw .script(hook, scriptFailure.description) }
  }

  // MARK: Setup

  /// Runs SetupPolicyScript, and decides according to its requests and the signatures that the tables name.
  mutating func decide(
    with script: any PolicyScript, sender: MailAddress, isInternal: Bool, _ planned: [PlannedSignature]
  ) async throws(DecisionFailure) -> Decision {
    // Without its answer, it is unknown what the script would have done with the message.
    mayHaveToSign = true
    var host = ScriptHost(.setup, facts, configuration, author: sender, exports: exports)
    host.header = header
    host.plannedCount = planned.count
    try await run(script, &host)
    // A script may request signatures for every client.
    mayHaveToSign = configuration.roles.contains(.sign)
    if let result = host.result { return decision(result, isInternal: isInternal) }
    if host.headerIsReplaced {
      header = host.header
      hashedHeader = host.receivedHeader
    }
    var planned = planned
    // As in OpenDKIM, a script that requests signatures replaces KeyFile's, and adds to those of the tables.
    if case .single = configuration.signing.keys, !host.requests.isEmpty { planned = [] }
    var requested = applyIdentityHeader(to: planned + host.requests)
    for index in requested.indices {
      if host.usesLength, requested[index].bodyLength == nil { requested[index].bodyLength = .whole }
      requested[index].extensionTags = host.extensionTags
    }
    if requested.isEmpty { return try await verifying(author: sender.domain, isInternal: isInternal) }
    let alsoVerifies = host.wantsVerification && configuration.roles.contains(.verify)
    let signing = try await signing(
      requested, author: sender.domain, isInternal: isInternal, alsoVerifies: alsoVerifies)
    if case .leaveAlone = signing.action, alsoVerifies || !isInternal {
      // A recipient in DontSignMailTo, whom the sender chooses, must not prevent the verification.
      return try await verifying(author: sender.domain, isInternal: isInternal, alsoSigns: true)
    }
    guard alsoVerifies, case .sign(let requests) = signing.action else { return signing }
    var verification = try await verifying(author: sender.domain, isInternal: isInternal, alsoSigns: true)
    if case .verify(var plan) = verification.action {
      // As in OpenDKIM, for mail of internal clients that is signed and verified.
      plan.reportsNone = isInternal
      verification.action = .verify(plan)
      verification.laterSigning = LaterSigning(.requests(requests), .scripted)
      verification.signedHeader = signing.signedHeader
      verification.removedField = signing.removedField
      verification.vouching = signing.vouching
    }
    return verification
  }

  private mutating func decision(_ result: ScriptResult, isInternal: Bool) -> Decision {
    record.append(.script(.result(result)))
    let action: Decision.Action
    switch result {
    case .accept: action = .leaveAlone
    case .reject: action = .act(.reject, .script)
    case .tempfail: action = .act(.tempfail, .script)
    case .discard: action = .act(.discard, .script)
    }
    var decision = decision(action)
    decision.isInternal = isInternal
    return decision
  }

  /// The most signatures that a script may request.
  private static let mostRequests = 20

  /// `sign(ctx[, key[, signer[, length]]])`
  private mutating func sign(
    _ arguments: ScriptArguments, _ host: inout ScriptHost
  ) async throws(PolicyScriptError) -> ScriptValue {
    try arguments.checkContext(0...3)
    guard host.requests.count < Self.mostRequests else { throw arguments.error("too many signatures") }
    var signer: String?
    var length: SignedBodyLength?
    for index in 2..<max(2, arguments.values.count) {
      switch arguments[index] {
      case .text(let bytes): signer = String(decoding: bytes, as: UTF8.self)
      case .nil: break
      // A negative number means the whole body.
      default: length = UInt64(exactly: try arguments.integer(index)).map { .atMost($0) }
      }
    }
    let name = arguments[1] == .nil ? nil : try arguments.text(1)
    switch configuration.signing.keys {
    case .none where name != nil, .single where name != nil: throw arguments.error("request requires KeyTable")
    default: break
    }
    let signature: PlannedSignature?
    do throws(DecisionFailure) {
      signature = try await requestedSignature(name, signer: signer, sender: host.author)
    } catch {
      switch error {
      case .unknownKey(let name): host.log.append(.scriptKey(name, why: "not found"))
      case .corruptKeyEntry(let name, let why): host.log.append(.scriptKey(name, why: "could not be applied: \(why)"))
      // The message must not leave unsigned, as with SigningTable.
      case .keyNotLoaded, .keyTooSmall, .noKeyOfType, .dataSet, .late, .script, .noResigningDomain:
        host.failure = error
      }
      return .integer(0)
    }
    guard var signature else { return .integer(0) }
    signature.bodyLength = length
    host.requests.append(signature)
    return .integer(1)
  }

  /// `signfor(ctx, address[, multi])`
  private mutating func signFor(
    _ arguments: ScriptArguments, _ host: inout ScriptHost
  ) async throws(PolicyScriptError) -> ScriptValue {
    try arguments.checkContext(1...2)
    guard let address = try? MailAddress(try arguments.text(1)) else { return .integer(0) }
    let sender = MailAddress(localPart: address.localPart, domain: address.domain.lowercased)
    do throws(DecisionFailure) {
      let planned = try await plannedSignatures(for: sender, all: arguments.flag(2))
      guard host.requests.count + planned.count <= Self.mostRequests else {
        throw .script(.setup, "too many signatures")
      }
      host.requests += planned
      return .integer(planned.count)
    } catch {
      host.failure = error
      return .integer(0)
    }
  }

  // MARK: Screen

  /// Runs ScreenPolicyScript, which chooses signatures to ignore.
  mutating func screen(_ plan: inout VerificationPlan, author: MailAddress?) async throws(DecisionFailure) {
    guard let script = configuration.scripts.screen, !plan.isRefused else { return }
    var host = ScriptHost(.screen, facts, configuration, author: author, exports: exports)
    host.header = hashedHeader ?? facts.header
    host.signatures = ScriptSignature.all(in: facts.header)
    // Without an answer, a signature that the script ignores might be accepted.
    let maySign = mayHaveToSign
    mayHaveToSign = true
    try await run(script, &host)
    mayHaveToSign = maySign
    // The script has not seen the others, so they must not pass instead.
    let unseen = facts.header.positions(of: .dkimSignature).dropFirst(MailPolicy.maximumSignatures)
    plan.ignored = host.ignored.union(unseen)
    for signature in host.signatures ?? [] where host.ignored.contains(signature.position) {
      record.append(.script(.ignored(domain: signature.signature?.domain.text)))
    }
  }
}

/// A step of a policy script.
enum ScriptStep: Sendable {
  /// Sums up the calls of a script.
  case ran(ScriptHook, name: String, log: [LogEvent])
  case call(ScriptHook, String, [ScriptValue])
  /// The script ended the message with `set_result`.
  case result(ScriptResult)
  /// The script ignored a signature.
  case ignored(domain: String?)
}

extension Explanation.Step {
  init(_ step: ScriptStep, _ locations: [String: FileLocation]) {
    switch step {
    case .ran(let hook, let name, _):
      self.init(.note, "the script \(name) ran", setting: hook.setting, location: locations[hook.setting])
    case .call(_, let call, let results):
      self.init(.note, results.isEmpty ? call : "\(call) = \(results.map(\.description).joined(separator: ", "))")
    case .result(let result): self.init(.result, "the script has set the result: \(result)")
    case .ignored(let domain):
      self.init(.notApplied, "signature of \(domain ?? "an unknown domain"): ignored by the script")
    }
  }
}
