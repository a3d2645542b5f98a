#if Unbound
  import CUnbound
  import DKIMCore
  import Dispatch

  /// A libunbound context and its running and waiting lookups.
  ///
  /// `Sendable` is unchecked: after `init`, the context is used only on the serial queue of the ``UnboundKeySource``
  /// that owns it.
  @safe final class UnboundContext: @unchecked Sendable {
    private var context: OpaquePointer?
    /// Fires when libunbound has results for `process()`.
    private let wakeups: any DispatchSourceRead
    private var questions: [Int: Question] = [:]
    private var lastQuestion = 0
    private let places: LookupQueue
    private var isOver = false

    private struct Question {
      let waiter: Subscriber
      let ticket: LookupQueue.Ticket
      let deadline: DispatchTime
      var isAsked = false
    }

    /// The minimum remaining time with which a lookup still begins.
    private static let shortestTime = DispatchTimeInterval.milliseconds(10)

    init(_ configuration: UnboundConfiguration, queue: DispatchQueue) throws(UnboundError) {
      guard let context = unsafe ub_ctx_create() else {
        throw UnboundError(step: "setting up libunbound", reason: "out of memory or file descriptors", details: "")
      }
      do {
        try unsafe UnboundSetup(context: context).apply(configuration)
      } catch {
        unsafe ub_ctx_delete(context)
        throw error
      }
      unsafe self.context = unsafe context
      wakeups = DispatchSource.makeReadSource(fileDescriptor: unsafe ub_fd(context), queue: queue)
      places = LookupQueue(limit: configuration.boundedQueries)
    }

    func start() {
      wakeups.setEventHandler { [unowned self] in process() }
      // The context may be deleted only after nothing watches its descriptor.
      wakeups.setCancelHandler { self.close() }
      wakeups.activate()
    }

    /// Stops the context; no answers follow. May be called from any thread, and more than once.
    func stop() { wakeups.cancel() }

    /// Starts or queues a lookup. Returns its number, for ``timeOut(_:seconds:)``.
    func ask(_ name: String, for waiter: Subscriber, of client: KeyClient?, until deadline: DispatchTime) -> Int {
      lastQuestion += 1
      let question = lastQuestion
      let ticket = places.ticket(name, client) {
        self.begin(name, question)
      } refuse: {
        self.finished(question, .failure(.unavailable("too many lookups are waiting")))
      }
      questions[question] = Question(waiter: waiter, ticket: ticket, deadline: deadline)
      places.enter(ticket)
      return question
    }

    private func begin(_ name: String, _ question: Int) {
      guard let context = unsafe context, let asked = questions[question] else { return }
      // The caller canceled while the lookup was waiting.
      guard !asked.waiter.isAnswered else { return finished(question, Subscriber.cancelled) }
      // Places often become free because lookups time out. The waiting lookups, which may have started at the same
      // time, are then about to time out, too.
      guard .now() + Self.shortestTime < asked.deadline else { return }
      let call = unsafe Unmanaged.passRetained(UnboundCall(context: self, question: question))
      let status = unsafe ub_resolve_async(
        context, name, UnboundCall.typeTXT, UnboundCall.classIN, call.toOpaque(), UnboundCall.finished, nil)
      guard status != 0 else {
        questions[question]?.isAsked = true
        return
      }
      unsafe call.release()
      finished(question, .failure(.unavailable(UnboundSetup.text(of: status))))
    }

    /// Processes libunbound's results; calls ``finished(_:_:)`` for each.
    private func process() {
      guard let context = unsafe context else { return }
      _ = unsafe ub_process(context)
    }

    /// Answers a lookup. For a lookup that already ended, libunbound still calls back; its result is ignored.
    func finished(_ question: Int, _ answer: KeyAnswer) {
      guard let ended = questions.removeValue(forKey: question) else { return }
      ended.waiter.answer(answer) {}
      places.leave(ended.ticket)
      // This place may have held up two lookups: one of the same client, and one of the same domain.
      if !isOver { places.admit(atMost: 2) }
    }

    /// Ends a lookup that has not been answered yet.
    func timeOut(_ question: Int, seconds: Int) {
      guard let late = questions[question] else { return }
      finished(question, .failure(late.isAsked ? .timeout(seconds: seconds) : Resolver.notAsked(within: seconds)))
    }

    /// Ends all lookups; queued lookups do not begin.
    func abandonAll() {
      isOver = true
      for question in Array(questions.keys) { finished(question, Resolver.shutDownAnswer) }
    }

    private func close() {
      guard let context = unsafe context.take() else { return }
      abandonAll()
      unsafe ub_ctx_delete(context)
    }
  }

  /// The user data that libunbound passes back with a result.
  private final class UnboundCall {
    static let typeTXT: Int32 = 16
    static let classIN: Int32 = 1

    let context: UnboundContext
    let question: Int

    init(context: UnboundContext, question: Int) {
      self.context = context
      self.question = question
    }

    /// Called by `ub_process`, on the queue.
    static let finished: ub_callback_type = { call, status, result in
      guard let call = unsafe call else { return }
      let it = unsafe Unmanaged<UnboundCall>.fromOpaque(call).takeRetainedValue()
      defer { unsafe ub_resolve_free(result) }
      it.context.finished(it.question, unsafe UnboundAnswer.read(status, result))
    }
  }
#endif
