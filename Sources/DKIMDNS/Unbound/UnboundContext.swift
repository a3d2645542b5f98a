#if Unbound
  import CUnbound
  import DKIMCore
  import Dispatch

  /// A context of libunbound and the questions it works on.
  ///
  /// Unchecked: after `init` everything happens on the serial queue of the one ``UnboundKeySource`` that owns it.
  @safe final class UnboundContext: @unchecked Sendable {
    private var context: OpaquePointer?
    /// Fires when libunbound has something for `process()`.
    private let wakeups: any DispatchSourceRead
    private var questions: [Int: Question] = [:]
    private var lastQuestion = 0
    private let places: QuestionPlaces
    private var isOver = false

    private struct Question {
      let waiter: Waiter
      let ticket: QuestionPlaces.Ticket
      let deadline: DispatchTime
      var isAsked = false
    }

    /// With less time left, nothing is asked any more.
    private static let shortestTime = DispatchTimeInterval.milliseconds(10)

    init(_ configuration: UnboundConfiguration, queue: DispatchQueue) throws(UnboundError) {
      guard let context = unsafe ub_ctx_create() else {
        throw UnboundError(step: "setting up libunbound", reason: "out of memory or descriptors", details: "")
      }
      do {
        try unsafe UnboundSetup(context: context).apply(configuration)
      } catch {
        unsafe ub_ctx_delete(context)
        throw error
      }
      unsafe self.context = unsafe context
      wakeups = DispatchSource.makeReadSource(fileDescriptor: unsafe ub_fd(context), queue: queue)
      places = QuestionPlaces(limit: configuration.boundedQuestions)
    }

    func start() {
      wakeups.setEventHandler { [unowned self] in process() }
      // The context may only go when nothing looks at its descriptor any more.
      wakeups.setCancelHandler { self.close() }
      wakeups.activate()
    }

    /// No answers come after this. May be called from any thread, more than once.
    func stop() { wakeups.cancel() }

    /// Starts a question, or has it wait for a place. Its number, for ``timeOut(_:seconds:)``.
    func ask(_ name: String, for waiter: Waiter, of client: KeyClient?, until deadline: DispatchTime) -> Int {
      lastQuestion += 1
      let question = lastQuestion
      let ticket = places.ticket(name, client) {
        self.begin(name, question)
      } refuse: {
        self.finished(question, .failure(.unavailable("too many questions wait for a place")))
      }
      questions[question] = Question(waiter: waiter, ticket: ticket, deadline: deadline)
      places.enter(ticket)
      return question
    }

    private func begin(_ name: String, _ question: Int) {
      guard let context = unsafe context, let asked = questions[question] else { return }
      // A caller that was cancelled while the question waited.
      guard !asked.waiter.isAnswered else { return finished(question, Waiter.cancelled) }
      // Places become free when questions time out, and those that wait were often asked at the same time.
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

    /// Takes what libunbound has ready; calls ``finished(_:_:)`` for each.
    private func process() {
      guard let context = unsafe context else { return }
      _ = unsafe ub_process(context)
    }

    /// Answers a question. libunbound still calls back for one that was given up, and that answer is dropped.
    func finished(_ question: Int, _ answer: KeyAnswer) {
      guard let ended = questions.removeValue(forKey: question) else { return }
      ended.waiter.answer(answer) {}
      places.leave(ended.ticket)
      // A place may have kept back one question by its client, and another one by its domain.
      if !isOver { places.admit(atMost: 2) }
    }

    /// Gives up a question that has not been answered yet.
    func timeOut(_ question: Int, seconds: Int) {
      guard let late = questions[question] else { return }
      finished(question, .failure(late.isAsked ? .timeout(seconds: seconds) : Resolver.notAsked(within: seconds)))
    }

    /// Later questions are not begun any more.
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

  /// What libunbound hands back with an answer.
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
