#if Unbound
  public import DKIMCore
  import Dispatch
  import Synchronization

  /// Key records by way of libunbound, which validates DNSSEC in this process.
  ///
  /// Its asynchronous interface runs on one serial queue, the event loop of this source: the queue watches the
  /// descriptor that libunbound wakes it with. `secure` is what libunbound proved, from the trust anchor down.
  public final class UnboundKeySource: SharedKeySource {
    private let queue: DispatchQueue
    private let context: UnboundContext
    private let timeout: Duration
    private let isShutDown = Atomic(false)
    private let counters = Counters()

    /// Reads the trust anchor and the configuration file now, so that both may be out of reach later.
    public init(configuration: UnboundConfiguration) throws(UnboundError) {
      queue = DispatchQueue(label: "unbound")
      context = try UnboundContext(configuration, queue: queue)
      timeout = configuration.timeout
      context.start()
    }

    deinit { context.stop() }

    public func answer(_ query: KeyQuery) async -> KeyAnswer { await answer(name: query.name) }

    /// As ``answer(_:)``; the mail of one client gets no more than an eighth of the places.
    package func answer(_ query: KeyQuery, for client: KeyClient?) async -> KeyAnswer {
      await answer(name: query.name, for: client)
    }

    /// What `answer` does, for any name in lower case without the trailing dot.
    func answer(name: String, for client: KeyClient? = nil) async -> KeyAnswer {
      counters.add(\.questions)
      let waiter = Waiter()
      let answer = await withTaskCancellationHandler {
        await withCheckedContinuation { continuation in
          waiter.wait(continuation)
          queue.async { [self] in ask(name, for: waiter, of: client) }
        }
      } onCancel: {
        waiter.answer(Waiter.cancelled) { counters.add(\.cancelled) }
      }
      counters.ended(answer)
      return answer
    }

    /// Ends what is under way with `.failure(.unavailable)`; later look-ups fail at once.
    public func shutdown() async {
      isShutDown.store(true, ordering: .releasing)
      await withCheckedContinuation { continuation in
        queue.async { [self] in
          context.abandonAll()
          context.stop()
          continuation.resume()
        }
      }
    }

    /// Counts since the start. libunbound keeps its cache and its sockets to itself.
    public var statistics: DNSStatistics { counters.snapshot }

    /// On the queue.
    private func ask(_ name: String, for waiter: Waiter, of client: KeyClient?) {
      guard !isShutDown.load(ordering: .acquiring) else {
        waiter.answer(Resolver.shutDownAnswer) {}
        return
      }
      let deadline = DispatchTime.now() + timeout.dispatchInterval
      let question = context.ask(name, for: waiter, of: client, until: deadline)
      queue.asyncAfter(deadline: deadline) { [context, timeout] in
        context.timeOut(question, seconds: Int(timeout.components.seconds))
      }
    }
  }

  extension Duration {
    fileprivate var dispatchInterval: DispatchTimeInterval {
      .milliseconds(Int(clamping: components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000))
    }
  }
#endif
