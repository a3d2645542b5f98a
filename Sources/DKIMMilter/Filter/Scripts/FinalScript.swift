import DKIMConfiguration
import DKIMCore
import Milter

/// The run of FinalPolicyScript at the end of a message.
struct FinalScript: Sendable {
  let script: any PolicyScript
  let facts: MessageMetadata
  let author: MailAddress?
  let exports: [String: ScriptValue]
  let context: MessageContext

  /// Runs the script and applies what it did to the verdict.
  /// - Parameters:
  ///   - isVerified: false for a message that is only signed; it has no signatures for the script.
  ///   - signatures: the number of signatures to be made.
  /// - Returns: the tags to add to new signatures.
  func apply(
    to verdict: inout Verdict, isVerified: Bool, signatures: Int
  ) async -> [(name: String, value: String)] {
    var host = ScriptHost(.final, facts, context.configuration, author: author, exports: exports)
    host.plannedCount = signatures
    host.signatures = isVerified ? Self.signatures(facts.header, verdict.signatures) : []
    let functions = ScriptHook.final.functions
    var steps: [Explanation.Step] = []
    var failure: String?
    do throws(PolicyScriptError) {
      try await script.run(functions: functions.map(\.rawValue), globals: host.globals) {
        (number, values) async throws(PolicyScriptError) -> [ScriptValue] in
        let arguments = ScriptArguments(functions[number], values)
        let results = try await host.call(functions[number], arguments)
        if steps.count < ScriptHost.mostSteps {
          steps.append(.init(.call(.final, arguments.description, results), [:]))
        }
        return results
      }
    } catch {
      failure = error.description
    }
    if let error = host.failure { failure = "\(LogEvent(error).text)" }
    var summary = Explanation.Step(
      .ran(.final, name: script.name, log: []), context.configuration.locations)
    summary.steps = steps
    verdict.explanation.steps.append(summary)
    verdict.log += host.log.map { context.line($0) }
    guard failure == nil else {
      let event = LogEvent.scriptFailed(.final, why: failure ?? "")
      verdict.log.append(context.line(event))
      verdict.counts.append(.failed)
      verdict.refuse(.tempfail)
      verdict.explanation.steps.append(.init(.failure, event.text))
      return []
    }
    return apply(host, to: &verdict)
  }

  private func apply(_ host: ScriptHost, to verdict: inout Verdict) -> [(name: String, value: String)] {
    if let result = host.result {
      verdict.explanation.steps.append(.init(.result(result), [:]))
      switch result {
      // As in OpenDKIM, this does not revoke a refusal by the settings.
      case .accept: break
      case .reject: verdict.refuse(Self.reply(host.changes.reply, 500...599) ?? .reject)
      case .tempfail: verdict.refuse(Self.reply(host.changes.reply, 400...499) ?? .tempfail)
      case .discard: verdict.refuse(.discard)
      }
    }
    guard verdict.reply == .accept else { return [] }
    verdict.add(host.changes.modifications)
    if let reason = host.changes.quarantine { verdict.quarantine = reason }
    return host.extensionTags
  }

  /// The reply that the script has set, if it fits the result.
  private static func reply(_ reply: MilterReplyCode?, _ codes: ClosedRange<Int>) -> MilterReply? {
    reply.flatMap { codes.contains($0.code) ? .replyCode($0) : nil }
  }

  private static func signatures(_ header: MessageHeader, _ results: [EvaluatedSignature]) -> [ScriptSignature] {
    let known = Dictionary(results.map { ($0.result.position, $0) }) { first, _ in first }
    return ScriptSignature.all(in: header).map { signature in
      var signature = signature
      signature.result = known[signature.position]
      return signature
    }
  }
}

extension Verdict {
  /// Refuses or discards the message: nothing is changed in it.
  mutating func refuse(_ reply: MilterReply) {
    self.reply = reply
    edits = []
    quarantine = nil
  }

  /// Adds changes. All deletions come first, for each name from the last field to the first, so that no change affects
  /// the numbers of others.
  mutating func add(_ more: [MilterModification]) {
    guard !more.isEmpty else { return }
    var deletions: [String: (name: String, numbers: Set<UInt32>)] = [:]
    var others: [MilterModification] = []
    for edit in edits + more {
      if case .deleteHeader(let name, let index) = edit {
        deletions[name.lowercased(), default: (name, [])].numbers.insert(index)
      } else {
        others.append(edit)
      }
    }
    edits = deletions.sorted { $0.key < $1.key }.flatMap { _, field in
      field.numbers.sorted(by: >).map { .deleteHeader(name: field.name, index: $0) }
    }
    edits += others
  }
}
