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
    private var waiting: [Int: (waiter: Waiter, id: Int32)] = [:]
    private var lastQuestion = 0
    private let maximumQuestions: Int

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
      maximumQuestions = configuration.maximumQuestions
    }

    func start() {
      wakeups.setEventHandler { [unowned self] in process() }
      // The context may only go when nothing looks at its descriptor any more.
      wakeups.setCancelHandler { self.close() }
      wakeups.activate()
    }

    /// No answers come after this. May be called from any thread, more than once.
    func stop() { wakeups.cancel() }

    /// Starts a question; `nil` where it could not be started, and then the waiter has its answer.
    func ask(_ name: String, for waiter: Waiter) -> Int? {
      guard waiting.count < maximumQuestions, let context = unsafe context else {
        waiter.answer(.failure(.unavailable("too many questions are under way"))) {}
        return nil
      }
      lastQuestion += 1
      let question = lastQuestion
      var id: Int32 = 0
      let call = unsafe Unmanaged.passRetained(UnboundCall(context: self, question: question))
      let status = unsafe ub_resolve_async(
        context, name, UnboundCall.typeTXT, UnboundCall.classIN, call.toOpaque(), UnboundCall.finished, &id)
      guard status == 0 else {
        unsafe call.release()
        waiter.answer(.failure(.unavailable(UnboundSetup.text(of: status)))) {}
        return nil
      }
      waiting[question] = (waiter, id)
      return question
    }

    /// Takes what libunbound has ready; calls ``finished(_:_:)`` for each.
    private func process() {
      guard let context = unsafe context else { return }
      _ = unsafe ub_process(context)
    }

    /// An answer has come; one that nobody waits for any more is dropped.
    func finished(_ question: Int, _ answer: KeyAnswer) {
      waiting.removeValue(forKey: question)?.waiter.answer(answer) {}
    }

    /// Gives up a question that has not been answered yet. libunbound still calls back for it, to nobody.
    func abandon(_ question: Int, _ answer: KeyAnswer) { finished(question, answer) }

    func abandonAll() {
      for question in Array(waiting.keys) { abandon(question, Resolver.shutDownAnswer) }
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
