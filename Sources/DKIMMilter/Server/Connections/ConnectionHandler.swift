import DKIMConfiguration
import DKIMCore
import Milter
import NIOCore

/// One connection from an MTA, which passes milter events to the message filter and its verdicts back.
///
/// The connection keeps the configuration that was in effect when it began. All its code runs on the event loop of the
/// connection; waiting for data sets or DNS is done in a task on the same loop, which ends with its message.
final class ConnectionHandler: MilterFilter {
  let services: ConnectionServices
  let loop: any EventLoop
  private let executor: LoopExecutor
  var client: ClientInfo?
  /// The current message, from its sender to its verdict.
  var message: MessageTransaction?
  /// The number of the current message. Results of asynchronous work for another number are ignored.
  private(set) var messageNumber = 0
  var task: Task<Void, Never>?
  var state = State.collecting

  /// What the connection waits for.
  enum State {
    /// There is no message, or its header has not been decided about.
    case collecting
    /// The MTA waits for a decision. The timer ends a decision that takes too long.
    case deciding(EventLoopPromise<MilterResponse>, timer: Scheduled<Void>)
    /// The body arrives, while keys are looked up.
    case body(hasEnough: Bool, openQueries: Int)
    /// The MTA waits for the verdict, until all keys, and then what depends on the signatures, have been looked up.
    case ending(EventLoopPromise<MilterResponse>, openQueries: Int)
  }

  init(_ services: ConnectionServices, loop: any EventLoop) {
    self.services = services
    self.loop = loop
    executor = LoopExecutor(loop)
  }

  var policy: MailPolicy { services.active.policy }

  func negotiate(_ offer: MilterOffer) throws(MilterRefusal) -> MilterRequirements {
    trace(TraceLevel.connections, "an MTA has connected, protocol version \(offer.version)")
    return services.active.requirements.negotiation
  }

  func handle(_ event: MilterEvent, context: MilterContext) -> MilterAnswer {
    trace(event)
    switch event {
    case .connect(let client): return connect(client, context)
    case .mail(let sender):
      begin(context)
      message?.mail(from: String(buffer: sender.path))
    case .recipient(let recipient): message?.recipient(String(buffer: recipient.path))
    case .header(let field):
      message?.header(name: field.name.readableBytesUInt8Span, value: field.exactValue.span)
    case .endOfHeader: return endOfHeader(context)
    case .body(let chunk): return body(chunk, context)
    case .endOfMessage: return endOfMessage(context)
    case .helo, .data, .unknown: break
    }
    return .continue
  }

  func abort(context: MilterContext) {
    trace(TraceLevel.commands, "ABORT")
    forgetMessage()
  }

  func clientDisconnected(context: MilterContext) {
    forgetMessage()
    client = nil
  }

  func connectionClosed(_ reason: MilterClosure) {
    forgetMessage()
    trace(TraceLevel.connections, "the connection has ended: \(reason)")
    services.report(reason, client)
  }

  // MARK: Client and message

  private func connect(_ client: MilterClient, _ context: MilterContext) -> MilterAnswer {
    let facts = ClientInfo(client, context.agreement)
    self.client = facts
    guard services.active.configuration.origin.peerList != nil else { return .continue }
    let policy = policy
    return later {
      await policy.decide(facts)
    } late: {
      ConnectionDecision(
        action: .filter, explanation: Explanation(),
        log: [.dataSetFailed(setting: Setting.peerList.name, why: Self.isLate)])
    } then: { connection, decision in
      for event in decision.log { connection.services.log.write(LogLine(event, jobID: nil)) }
      return decision.action == .accept ? .accept : .continue
    }
  }

  /// Begins a message. If the MTA has not sent CONNECT, the client is unknown.
  private func begin(_ context: MilterContext) {
    forgetMessage()
    let client = client ?? ClientInfo.unknown(context.agreement)
    message = policy.message(from: client)
  }

  func forgetMessage() {
    messageNumber += 1
    task?.cancel()
    task = nil
    message = nil
    let abandoned = state
    state = .collecting
    // The results are ignored, because the handler has dropped the futures.
    switch abandoned {
    case .deciding(let promise, let timer):
      timer.cancel()
      promise.succeed(.tempfail)
    case .ending(let promise, _): promise.succeed(.tempfail)
    case .collecting, .body: break
    }
  }

  // MARK: Tasks

  /// The time limit for a decision. If the filter does not respond in time, the MTA decides itself, and may send
  /// internal mail unsigned: by default, Sendmail waits 10 seconds and Postfix 30.
  static let longestDecision = TimeAmount.seconds(8)
  static let isLate = "the lookups for this message took more than \(longestDecision.nanoseconds / 1_000_000_000) s"

  /// Runs lookups and responds with their result, or with the result of `late` if they take too long.
  func later<Finding: Sendable>(
    ask: @escaping @Sendable () async -> Finding, late: @escaping @Sendable () -> Finding,
    then respond: @escaping @Sendable (ConnectionHandler, Finding) -> MilterResponse
  ) -> MilterAnswer {
    let promise = loop.makePromise(of: MilterResponse.self)
    let number = messageNumber
    let bound = NIOLoopBound(self, eventLoop: loop)
    let settle: @Sendable (Finding) -> Void = { finding in
      let connection = bound.value
      guard number == connection.messageNumber, case .deciding(let promise, let timer) = connection.state else {
        return
      }
      connection.state = .collecting
      timer.cancel()
      promise.succeed(respond(connection, finding))
    }
    run { settle(await ask()) }
    let task = task
    let timer = loop.assumeIsolated().scheduleTask(in: Self.longestDecision) {
      task?.cancel()
      settle(late())
    }
    state = .deciding(promise, timer: timer)
    return .later(promise.futureResult)
  }

  /// Runs `body` on this event loop; it is canceled when the current message ends.
  func run(_ body: @escaping @Sendable () async -> Void) {
    task = Task(executorPreference: executor) { await body() }
  }
}
