import NIOCore

/// A filter whose `handle` is asynchronous, for applications that use `await` instead of futures.
///
/// Each connection has its own instance. All methods are called on the connection's event loop, in the order of the
/// MTA's commands, and never while another call has not returned. They must not block; `handle` may suspend as long as
/// it needs. It resumes on the event loop.
///
/// If the MTA aborts the message or the connection ends while `handle` is suspended, its task is canceled, and its
/// response is dropped. Only when it has returned is `abort`, `clientDisconnected` or `connectionClosed` called, and
/// then the next event: so `handle` has to return soon after it was canceled.
public protocol AsyncMilterFilter: AnyObject, SendableMetatype {
  /// Returns what the filter requests from an MTA that makes this offer.
  /// - Throws: The reason why the filter does not work with this MTA; the connection is closed.
  func negotiate(_ offer: MilterOffer) throws(MilterRefusal) -> MilterRequirements

  /// Handles an event and returns the response to it.
  ///
  /// If it was agreed that the event gets no reply, `continue` is the only valid response and nothing is sent.
  /// - Throws: Any error; it counts as `tempfail` if a reply is due, otherwise as `continue`.
  func handle(_ event: MilterEvent, context: MilterContext) async throws -> MilterResponse

  /// Discards the state of the current message, because the MTA aborted it. Not called after a verdict.
  func abort(context: MilterContext)

  /// Discards the state of the SMTP client, which has disconnected, and of its current message. A `connect` event for
  /// another client follows on this connection.
  func clientDisconnected(context: MilterContext)

  /// Cleans up after the connection has ended. Called once, as the last call.
  func connectionClosed(_ reason: MilterClosure)
}

extension AsyncMilterFilter {
  /// Does nothing.
  public func abort(context: MilterContext) {}
  /// Does nothing.
  public func clientDisconnected(context: MilterContext) {}
  /// Does nothing.
  public func connectionClosed(_ reason: MilterClosure) {}
}

/// The form of an asynchronous filter that a `MilterHandler` calls.
///
/// Each call becomes a task on the event loop, which first waits for the one before it.
final class AsyncFilterAdapter<Filter: AsyncMilterFilter>: MilterFilter {
  private let filter: Filter
  private let loop: any EventLoop
  private let executor: LoopExecutor
  /// The task of the latest call.
  private var latest: Task<Void, Never>?

  init(_ filter: Filter, on loop: any EventLoop) {
    self.filter = filter
    self.loop = loop
    executor = LoopExecutor(loop)
  }

  func negotiate(_ offer: MilterOffer) throws(MilterRefusal) -> MilterRequirements { try filter.negotiate(offer) }

  func handle(_ event: MilterEvent, context: MilterContext) -> MilterAnswer {
    let promise = loop.makePromise(of: MilterResponse.self)
    run { filter in
      do {
        // An event whose message was aborted while it waited is not reported.
        try Task.checkCancellation()
        promise.succeed(try await filter.handle(event, context: context))
      } catch {
        promise.fail(error)
      }
    }
    return .later(promise.futureResult)
  }

  func abort(context: MilterContext) {
    latest?.cancel()
    run { $0.abort(context: context) }
  }

  func clientDisconnected(context: MilterContext) {
    latest?.cancel()
    run { $0.clientDisconnected(context: context) }
  }

  func connectionClosed(_ reason: MilterClosure) {
    latest?.cancel()
    run { $0.connectionClosed(reason) }
  }

  private func run(_ call: @escaping @Sendable (Filter) async -> Void) {
    let filter = NIOLoopBound(filter, eventLoop: loop)
    latest = Task(executorPreference: executor) { [latest] in
      await latest?.value
      await call(filter.value)
    }
  }
}
