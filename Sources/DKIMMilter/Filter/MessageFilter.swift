public import DKIMCore

/// One message on its way through the filter: facts first, then a decision, then the body, then a verdict.
///
/// A value without sockets, clocks or threads, driven as ``Filter`` shows. What comes at the wrong time does no
/// harm: it is ignored, and a message that ends without a decision has to come again.
public struct MessageFilter: ~Copyable, Sendable {
  /// What follows a decision.
  public enum Begun: Sendable {
    /// It is all over, before the body: the MTA need not send it.
    case done(Verdict)
    /// The keys to ask for, and whether the body is wanted at all. Its end is, in any case.
    case body(queries: [KeyQuery], demand: BodyDemand)
  }

  /// Recipients that are kept, of one message.
  public static let maximumRecipients = 10_000
  /// A longer one is no address, and is not kept; octets. SMTP has 256 for a path. // RFC 5321 §4.5.3.1.3
  static let longestRecipient = 2048

  let filter: Filter
  private var collected: MessageFacts
  private var resultFields = LateResultFields()
  private var log: [LogEvent] = []
  // What goes on after the decision: at most one of these.
  private var signing: SigningWork?
  private var verifying: VerifyingWork?
  private var settled: Verdict?
  /// True where ``finish()`` computes for a millisecond and more: an RSA key above 2048 bits signs.
  public private(set) var finishTakesLong = false

  init(filter: Filter, connection: ConnectionFacts) {
    self.filter = filter
    let header = MessageHeader(limits: filter.configuration.headerLimits)
    collected = MessageFacts(connection: connection, header: header, macros: connection.macros)
  }

  /// What is known so far; complete at the end of the header.
  public var facts: MessageFacts { collected }

  /// MAIL FROM, with or without angle brackets.
  public mutating func mail(from sender: String) {
    collected.envelopeSender = sender
  }

  /// RCPT TO, with or without angle brackets.
  public mutating func recipient(_ recipient: String) {
    guard filter.configuration.needsRecipients else { return }
    guard collected.recipients.count < Self.maximumRecipients, recipient.utf8.count <= Self.longestRecipient else {
      return collected.recipientsAreCut = true
    }
    collected.recipients.append(recipient)
  }

  /// A macro of the message, at any time; braces around the name do not count.
  public mutating func setMacro(_ name: String, _ value: String) {
    collected.macros[name] = value
  }

  /// The next header field, as the milter protocol has it: lines end with LF, and the space behind the colon is
  /// there only where that was negotiated.
  public mutating func header(name: Span<UInt8>, value: Span<UInt8>) {
    resultFields.look(into: value)
    for i in name.indices where name[i] == UInt8(ascii: ";") {
      // Such a name would end h=, and no reader takes it for anything.
      if log.count < Self.maximumNotes { log.append(.ignoringField(FieldText.string(name))) }
      return
    }
    let value = FieldText.received(value, leadingSpace: collected.connection.leadingSpace)
    collected.header.append(name: name, value: value.span)
    resultFields.note(name, isLate: collected.header.excess != nil)
  }

  /// Lines about single fields that are logged.
  private static let maximumNotes = 10

  /// Takes the decision.
  /// - Parameter time: the moment that is written into signatures and that signatures are held against.
  public mutating func begin(_ decision: Decision, at time: Timestamp) -> Begun {
    log += decision.explanation.logEvents(filter.configuration.log)
    log += decision.log
    if collected.jobID == nil { log.append(.noJobID) }
    switch decision.course {
    case .leaveAlone:
      var verdict = Verdict(reply: .accept)
      verdict.counts = [.leftAlone]
      return settleUnverified(verdict, decision)
    case .act(let action, let refusal):
      var verdict = context.verdict(action, refusal)
      verdict.counts = decision.counts
      return settleUnverified(verdict, decision)
    case .sign(let requests):
      return beginSigning(requests, decision.explanation, at: time)
    case .verify(let order):
      return beginVerifying(order, decision.explanation, at: time)
    }
  }

  private mutating func beginSigning(
    _ requests: [SigningRequest], _ explanation: Explanation, at time: Timestamp
  ) -> Begun {
    do {
      signing = try SigningWork(requests, facts: collected, explanation: explanation, at: time, in: context)
      finishTakesLong = requests.contains { $0.key.type == .rsa && $0.key.bits > 2048 }
      return .body(queries: [], demand: .more)
    } catch {
      var explanation = explanation
      explanation.steps.append(SigningWork.step(error))
      var verdict = SigningWork.failure(error, in: context)
      verdict.explanation = explanation
      return settle(verdict)
    }
  }

  private mutating func beginVerifying(
    _ order: VerificationOrder, _ explanation: Explanation, at time: Timestamp
  ) -> Begun {
    let work = VerifyingWork(
      order, facts: collected, lateFields: resultFields, explanation: explanation, at: time, in: context)
    let queries = work.queries
    guard queries.isEmpty else {
      verifying = consume work
      return .body(queries: queries, demand: .more)
    }
    return settle(work.finish(in: context), atEndOfHeader: false)
  }

  /// A message from anybody that goes on, or waits for somebody to let it go on, bears no results in our name.
  private mutating func settleUnverified(_ verdict: Verdict, _ decision: Decision) -> Begun {
    var verdict = verdict
    verdict.explanation = decision.explanation
    if verdict.reply == .accept, !decision.isOurs, filter.configuration.roles.contains(.verify) {
      _ = verdict.removeResultFields(collected.header, late: resultFields, in: context)
    }
    return settle(verdict)
  }

  /// Nothing depends on the body any more. A message that is refused or discarded is so at once. Fields can be written,
  /// and a message put on hold, only at its end.
  /// - Parameter atEndOfHeader: whether a message without changes is accepted at once as well. OpenDKIM accepts mail
  ///   that it has looked for signatures in at its end.
  private mutating func settle(_ verdict: Verdict, atEndOfHeader: Bool = true) -> Begun {
    var verdict = verdict
    let goesOn = verdict.reply == .accept
    if !goesOn { verdict.edits = [] }
    guard verdict.edits.isEmpty, verdict.quarantine == nil, atEndOfHeader || !goesOn else {
      settled = verdict
      return .body(queries: [], demand: .enough)
    }
    verdict.log = log.map { LogLine($0, jobID: collected.jobID) } + verdict.log
    return .done(verdict)
  }

  /// The next octets of the body.
  public mutating func body(_ chunk: Span<UInt8>) -> BodyDemand {
    if let demand = signing?.update(body: chunk) { return demand }
    if let demand = verifying?.update(body: chunk) { return demand }
    return .enough
  }

  /// The answer to a question that ``begin(_:at:)`` gave out, in any order. What is not answered by the end counts
  /// as a temporary failure.
  public mutating func supply(_ answer: KeyAnswer, for query: KeyQuery) {
    verifying?.supply(answer, for: query)
  }

  /// The verdict, at the end of the message. Pure computation; may run on any thread.
  public consuming func finish() -> Verdict {
    let context = context
    // Without a decision nobody knows whether the message should have been signed.
    var verdict = settled ?? Verdict(reply: Refusal.internal.reply(to: .tempfail))
    if let work = signing.take() { verdict = work.finish(in: context) }
    if let work = verifying.take() { verdict = work.finish(in: context) }
    verdict.log = log.map { LogLine($0, jobID: context.jobID) } + verdict.log
    return verdict
  }

  private var context: MessageContext { MessageContext(filter, collected) }
}
