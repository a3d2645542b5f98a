import DKIMConfiguration
import DKIMCore
import DKIMDNS
import Milter
import NIOCore
import Synchronization

/// Processing from the end of the header to the verdict.
extension ConnectionHandler {
  func endOfHeader(_ context: MilterContext) -> MilterAnswer {
    message?.setMacros(context.macros)
    guard let facts = message?.facts else { return .tempfail }
    services.metrics.update { values in
      values[.messages] += 1
      if facts.header.excess != nil { values[.headersTruncated] += 1 }
    }
    let policy = policy
    return later {
      await policy.decide(facts)
    } late: {
      policy.lateDecision(facts, why: Self.isLate)
    } then: { connection, decision in
      connection.begin(decision)
    }
  }

  private func begin(_ decision: Decision) -> MilterResponse {
    switch message?.begin(decision, at: .now) {
    case .done(let verdict)?:
      forgetMessage()
      return conclude(verdict)
    case .body(let queries, let demand)?:
      state = .body(hasEnough: demand == .enough, openQueries: queries.count)
      ask(queries)
      return .continue
    case nil: return .tempfail
    }
  }

  /// Starts all lookups in parallel. Those of keys run while the body arrives.
  private func ask(_ queries: [KeyQuery]) {
    guard !queries.isEmpty else { return }
    let keys = services.active.keys
    let client = client?.address.flatMap(KeyClient.init)
    let number = messageNumber
    let bound = NIOLoopBound(self, eventLoop: loop)
    run {
      await withTaskGroup(of: Void.self) { group in
        for query in queries {
          group.addTask {
            let answer = await keys.answer(query, for: client)
            bound.value.supply(answer, for: query, number)
          }
        }
      }
    }
  }

  private func supply(_ answer: KeyAnswer, for query: KeyQuery, _ number: Int) {
    guard number == messageNumber else { return }
    message?.supply(answer, for: query)
    switch state {
    case .body(let hasEnough, let count): state = .body(hasEnough: hasEnough, openQueries: count - 1)
    case .ending(let promise, 1):
      let further = message?.furtherQueries() ?? []
      guard further.isEmpty else {
        state = .ending(promise, openQueries: further.count)
        ask(further)
        return
      }
      state = .collecting
      switch finish() {
      case .now(let response): promise.succeed(response)
      case .later(let future): promise.completeWith(future)
      }
    case .ending(let promise, let count): state = .ending(promise, openQueries: count - 1)
    case .collecting, .deciding: break
    }
  }

  func body(_ chunk: ByteBuffer, _ context: MilterContext) -> MilterAnswer {
    if case .body(hasEnough: true, _) = state { return context.agreement.allowsSkip ? .skip : .continue }
    let hasEnough = message?.body(chunk.readableBytesUInt8Span) == .enough
    if case .body(_, let count) = state { state = .body(hasEnough: hasEnough, openQueries: count) }
    return hasEnough && context.agreement.allowsSkip ? .skip : .continue
  }

  func endOfMessage(_ context: MilterContext) -> MilterAnswer {
    guard message != nil else { return .tempfail }
    message?.setMacros(context.macros)
    var count = 0
    if case .body(_, let open) = state { count = open }
    let further = count > 0 ? [] : message?.furtherQueries() ?? []
    guard count + further.count > 0 else { return finish() }
    let promise = loop.makePromise(of: MilterResponse.self)
    state = .ending(promise, openQueries: count + further.count)
    ask(further)
    return .later(promise.futureResult)
  }

  /// Finishes the message. Large keys sign in a separate thread, because other connections share this event loop.
  private func finish() -> MilterAnswer {
    guard let message = message.take() else { return .tempfail }
    forgetMessage()
    if message.runsFinalScript {
      let jobID = message.facts.jobID
      let box = MessageBox(message)
      return later {
        await box.finishWithScript()
      } late: {
        MessageTransaction.lateVerdict(Self.isLate, jobID: jobID)
      } then: { connection, verdict in
        connection.conclude(verdict)
      }
    }
    guard message.finishTakesLong else { return .now(conclude(message.finish())) }
    let box = MessageBox(message)
    let promise = loop.makePromise(of: Verdict?.self)
    services.signingThreads.submit { _ in promise.succeed(box.finish()) }
    let number = messageNumber
    let bound = NIOLoopBound(self, eventLoop: loop)
    return .later(
      promise.futureResult.map { verdict in
        // A message that was aborted in the meantime is not logged as signed.
        guard let verdict, number == bound.value.messageNumber else { return .tempfail }
        return bound.value.conclude(verdict)
      })
  }

  private func conclude(_ verdict: Verdict) -> MilterResponse { services.conclude(verdict) }
}

/// A box that passes a message to another thread.
private final class MessageBox: Sendable {
  private let message: Mutex<MessageTransaction?>

  init(_ message: consuming MessageTransaction) { self.message = Mutex(message) }

  /// Finishes the message; returns `nil` when called again.
  func finish() -> Verdict? {
    guard let message = message.withLock({ $0.take() }) else { return nil }
    return message.finish()
  }

  /// Finishes the message; it is deferred when called again.
  func finishWithScript() async -> Verdict {
    guard let message = message.withLock({ $0.take() }) else { return Verdict(reply: .tempfail) }
    return await message.finishWithScript()
  }
}

extension KeyClient {
  /// Returns `nil` for a loopback address, because a content filter or a proxy there sends mail of many clients.
  init?(_ address: IPAddress) {
    guard !address.isLoopback else { return nil }
    self.init(address: (address.mappedIPv4 ?? address).bytes)
  }
}
