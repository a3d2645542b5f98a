package import DKIMCore
package import Milter

/// The processing of one message: first facts, then a decision, then the body, then a verdict.
///
/// It does not use sockets, clocks or threads; ``MailPolicy`` shows how to use it. Calls at the wrong time are ignored,
/// and a message that ends without a decision is deferred.
package struct MessageTransaction: ~Copyable, Sendable {
  /// The next step after a decision.
  package enum Begun: Sendable {
    /// The verdict is already known, so the MTA does not need to send the body.
    case done(Verdict)
    /// The keys to look up, and whether the body is needed. The end of the message has to be reported in any case.
    case body(queries: [KeyQuery], demand: BodyDemand)
  }

  /// The most recipients kept per message.
  package static let maximumRecipients = 10_000
  /// The maximum length of a recipient, in bytes; longer ones are not kept. SMTP allows 256 for a path.
  /// // RFC 5321 §4.5.3.1.3
  static let longestRecipient = 2048
  /// The character that stands for bytes that are not UTF-8. A recipient with it is not known exactly, and is not kept.
  private static let replacement: Unicode.Scalar = "\u{FFFD}"

  let policy: MailPolicy
  private var collected: MessageMetadata
  private var resultFields = ResultFieldsPastLimit()
  private var log: [LogEvent] = []
  private var stage = Stage.collecting
  private var scripted = ScriptedContext()

  /// What is done with the message.
  fileprivate enum Stage: ~Copyable, Sendable {
    /// There is no decision yet.
    case collecting
    case working(MessageWork)
    /// The verdict is known, but can be given only at the end of the message.
    case settled(Verdict)
  }

  init(policy: MailPolicy, connection: ClientInfo) {
    self.policy = policy
    let header = MessageHeader(limits: policy.configuration.headerLimits)
    collected = MessageMetadata(connection: connection, header: header)
  }

  /// The facts known so far; complete at the end of the header.
  package var facts: MessageMetadata { collected }

  /// Sets the address of MAIL FROM, with or without angle brackets.
  package mutating func mail(from sender: String) {
    collected.envelopeSender = sender
  }

  /// Adds an address of RCPT TO, with or without angle brackets.
  package mutating func recipient(_ recipient: String) {
    guard policy.configuration.needsRecipients else { return }
    guard collected.recipients.count < Self.maximumRecipients, recipient.utf8.count <= Self.longestRecipient,
      !recipient.unicodeScalars.contains(Self.replacement)
    else {
      return collected.recipientsAreCut = true
    }
    collected.recipients.append(recipient)
  }

  /// Sets all macros of the connection and the message that the MTA has sent so far; they replace earlier ones.
  package mutating func setMacros(_ macros: MilterMacros) {
    collected.macros = macros
  }

  /// Adds the next header field.
  /// - Parameter value: all bytes after the colon, as they are in the message: with the space, and with CRLF in folds.
  package mutating func header(name: Span<UInt8>, value: Span<UInt8>) {
    resultFields.look(into: value)
    for i in name.indices where name[i] == UInt8(ascii: ";") {
      // A semicolon in the name would end h=, and no reader uses a field with this name.
      if log.count < Self.maximumNotes { log.append(.ignoringField(string(name))) }
      return
    }
    collected.header.append(name: name, value: value)
    resultFields.note(name, isLate: collected.header.excess != nil)
  }

  /// The most lines logged about individual fields.
  private static let maximumNotes = 10

  /// Applies the decision.
  /// - Parameter time: the time for new signatures, and the time that signatures to be verified are checked against.
  package mutating func begin(_ decision: Decision, at time: Timestamp) -> Begun {
    log += decision.log
    scripted = decision.script
    if collected.jobID == nil { log.append(.noJobID) }
    switch decision.action {
    case .leaveAlone:
      var verdict = Verdict(reply: .accept)
      verdict.counts = [.leftAlone]
      return settleUnverified(verdict, decision)
    case .act(let action, let refusal):
      var verdict = context.verdict(action, refusal)
      verdict.counts = decision.counts
      return settleUnverified(verdict, decision)
    case .sign(let requests):
      return beginSigning(requests, decision, at: time)
    case .verify(let plan):
      return beginVerifying(plan, decision, at: time)
    }
  }

  private mutating func beginSigning(
    _ requests: [SigningRequest], _ decision: Decision, at time: Timestamp
  ) -> Begun {
    do throws(SigningError) {
      let signing = try work(requests, decision, explanation: decision.explanation, at: time)
      let removesForged = !decision.isInternal && policy.configuration.roles.contains(.verify)
      stage = .working(
        MessageWork(signing: signing, removesForgedResults: removesForged ? resultFields : nil))
      return .body(queries: [], demand: .more)
    } catch {
      return settleUnverified(SigningWork.failure("\(error)", in: context), decision)
    }
  }

  private func work(
    _ requests: [SigningRequest], _ decision: Decision, explanation: Explanation, at time: Timestamp
  ) throws(SigningError) -> SigningWork {
    try SigningWork(
      requests, header: decision.signedHeader ?? collected.header, removing: decision.removedField,
      vouching: decision.vouching, explanation: explanation, at: time, in: context)
  }

  private mutating func beginVerifying(
    _ plan: VerificationPlan, _ decision: Decision, at time: Timestamp
  ) -> Begun {
    let work = VerifyingWork(
      plan, facts: collected, hashing: scripted.hashedHeader, lateFields: resultFields,
      explanation: decision.explanation, at: time, in: context)
    let queries = work.queries
    let later = decision.laterSigning.flatMap { $0.isPossible(plan, hasQueries: !queries.isEmpty) ? $0 : nil }
    var message = MessageWork(verifying: work)
    if queries.isEmpty, later == nil, !runsFinalScript {
      return settle(message.finish(collected, in: context), atEndOfHeader: false)
    }
    if let later {
      (message.condition, message.claims) = (later.condition, later.claims)
      switch later.plan {
      case .impossible(let why): message.signingError = why
      case .requests(let requests):
        do throws(SigningError) {
          message.signing = try self.work(requests, decision, explanation: Explanation(), at: time)
        } catch {
          message.signingError = "\(error)"
        }
      }
    }
    stage = .working(message)
    return .body(queries: queries, demand: queries.isEmpty && later == nil ? .enough : .more)
  }

  /// Settles a message that is not verified. Forged results with this host's name are removed if it is external and is
  /// accepted or quarantined.
  private mutating func settleUnverified(_ verdict: Verdict, _ decision: Decision) -> Begun {
    var verdict = verdict
    verdict.explanation.steps = decision.explanation.steps + verdict.explanation.steps
    if verdict.reply == .accept, !decision.isInternal, policy.configuration.roles.contains(.verify) {
      _ = verdict.removeResultFields(collected.header, late: resultFields, in: context)
    }
    return settle(verdict)
  }

  /// Settles a message whose verdict does not depend on the body. A message is refused or discarded immediately. Adding
  /// fields and quarantining are possible only at the end of the message.
  /// - Parameter atEndOfHeader: whether a message without changes is accepted immediately, too. OpenDKIM accepts mail
  ///   that
  ///   it has checked for signatures at the end of the message.
  private mutating func settle(_ verdict: Verdict, atEndOfHeader: Bool = true) -> Begun {
    var verdict = verdict
    let goesOn = verdict.reply == .accept
    if !goesOn { verdict.edits = [] }
    guard verdict.edits.isEmpty, verdict.quarantine == nil, atEndOfHeader || !goesOn else {
      stage = .settled(verdict)
      return .body(queries: [], demand: .enough)
    }
    verdict.log = log.map { LogLine($0, jobID: collected.jobID) } + verdict.log
    return .done(verdict)
  }

  /// Processes the next part of the body.
  package mutating func body(_ chunk: Span<UInt8>) -> BodyDemand {
    stage.update(body: chunk)
  }

  /// Supplies the answer to a query returned by ``begin(_:at:)``, in any order. A query that is not answered by the end
  /// of the message counts as a temporary failure.
  package mutating func supply(_ answer: KeyAnswer, for query: KeyQuery) {
    stage.supply(answer, for: query)
  }

  /// Returns the queries that depend on the results of the signatures, or on the responses to earlier ones. Call it when
  /// the body is complete and the responses to all queries so far are supplied, and again until there are none.
  package mutating func furtherQueries() -> [KeyQuery] { stage.furtherQueries(in: context) }

  /// True if ``finish()`` may compute for a millisecond or more, because an RSA key of more than 2048 bits signs.
  package var finishTakesLong: Bool {
    switch stage {
    case .working(let work): work.finishTakesLong
    default: false
    }
  }

  /// True if there is a FinalPolicyScript, so that the end of the message needs ``finishWithScript()``.
  package var runsFinalScript: Bool { policy.configuration.scripts.final != nil }

  /// Returns the verdict, at the end of the message. This is pure computation and may run on any thread.
  package consuming func finish() -> Verdict {
    let (context, log, facts, runsScript) = (context, log, collected, runsFinalScript)
    var verdict =
      switch consume stage {
      // Without a decision it is unknown whether the message should have been signed.
      case .collecting: Verdict(reply: Refusal.internal.reply(to: .tempfail))
      // The script has not been asked.
      case .working where runsScript: Verdict(reply: Refusal.internal.reply(to: .tempfail))
      case .working(let work): work.finish(facts, in: context)
      case .settled(let verdict): verdict
      }
    verdict.log = log.map { LogLine($0, jobID: context.jobID) } + verdict.log
    return verdict
  }

  /// Returns the verdict, at the end of the message, after FinalPolicyScript has run, if there is one.
  package consuming func finishWithScript() async -> Verdict {
    guard let script = policy.configuration.scripts.final else { return finish() }
    let (context, log) = (context, log)
    let final = FinalScript(
      script: script, facts: collected, author: scripted.author, exports: scripted.exports, context: context)
    var verdict: Verdict
    switch consume stage {
    case .collecting: verdict = Verdict(reply: Refusal.internal.reply(to: .tempfail))
    case .working(let work): verdict = await work.finish(final, in: context)
    case .settled(let settled): verdict = settled
    }
    verdict.log = log.map { LogLine($0, jobID: context.jobID) } + verdict.log
    return verdict
  }

  /// Returns the verdict if FinalPolicyScript takes too long.
  package static func lateVerdict(_ why: String, jobID: String?) -> Verdict {
    var verdict = Verdict(reply: .tempfail)
    verdict.log = [LogLine(.scriptFailed(.final, why: why), jobID: jobID)]
    verdict.counts = [.failed]
    return verdict
  }

  private var context: MessageContext { MessageContext(policy, collected) }
}

extension MessageTransaction.Stage {
  fileprivate mutating func update(body chunk: Span<UInt8>) -> BodyDemand {
    switch consume self {
    case .working(var work):
      let demand = work.update(body: chunk)
      self = .working(work)
      return demand
    case .settled(let verdict): self = .settled(verdict)
    case .collecting: self = .collecting
    }
    return .enough
  }

  fileprivate mutating func furtherQueries(in context: MessageContext) -> [KeyQuery] {
    switch consume self {
    case .working(var work):
      let queries = work.verifying?.furtherQueries(in: context) ?? []
      self = .working(work)
      return queries
    case .settled(let verdict): self = .settled(verdict)
    case .collecting: self = .collecting
    }
    return []
  }

  fileprivate mutating func supply(_ answer: KeyAnswer, for query: KeyQuery) {
    switch consume self {
    case .working(var work):
      work.supply(answer, for: query)
      self = .working(work)
    case .settled(let verdict): self = .settled(verdict)
    case .collecting: self = .collecting
    }
  }
}

/// Returns the text of bytes; those that are not valid UTF-8 are replaced.
func string(_ bytes: Span<UInt8>) -> String {
  unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
}
