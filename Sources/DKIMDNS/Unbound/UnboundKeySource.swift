#if Unbound
  public import DKIMCore
  import Dispatch
  import Synchronization

  /// A source of key records that uses libunbound, which validates DNSSEC in this process.
  ///
  /// libunbound's asynchronous interface runs on one serial queue, the event loop of this source; the queue watches the
  /// descriptor with which libunbound signals results. `secure` means that libunbound validated the answer down from
  /// the trust anchor.
  public final class UnboundKeySource: SharedKeySource {
    private let queue: DispatchQueue
    private let context: UnboundContext
    private let timeout: Duration
    private let isShutDown = Atomic(false)
    private let counters = Counters()

    /// Creates a source.
    ///
    /// Reads the trust anchor and the configuration file now, so that they need not be readable later.
    public init(configuration: UnboundConfiguration) throws(UnboundError) {
      queue = DispatchQueue(label: "unbound")
      context = try UnboundContext(configuration, queue: queue)
      timeout = configuration.timeout
      context.start()
    }

    deinit { context.stop() }

    /// Looks up a key within ``UnboundConfiguration/timeout``.
    ///
    /// A canceled task gets `.failure(.unavailable)` immediately.
    public func answer(_ query: KeyQuery) async -> KeyAnswer { await answer(name: query.name) }

    /// Looks up a key like ``answer(_:)``; no client gets more than an eighth of the running lookups for its mail.
    package func answer(_ query: KeyQuery, for client: KeyClient?) async -> KeyAnswer {
      await answer(name: query.name, for: client)
    }

    /// Looks up any name, given in lower case without the trailing dot.
    func answer(name: String, for client: KeyClient? = nil) async -> KeyAnswer {
      counters.add(\.questions)
      let waiter = Subscriber()
      let answer = await withTaskCancellationHandler {
        await withCheckedContinuation { continuation in
          waiter.wait(continuation)
          queue.async { [self] in ask(name, for: waiter, of: client) }
        }
      } onCancel: {
        waiter.answer(Subscriber.cancelled) { counters.add(\.cancelled) }
      }
      counters.ended(answer)
      return answer
    }

    /// Ends running lookups with `.failure(.unavailable)`. Later lookups fail immediately.
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

    /// The counts since the start. libunbound does not report on its cache and its sockets.
    public var statistics: DNSStatistics { counters.snapshot }

    /// Starts a lookup. Must be called on the queue.
    private func ask(_ name: String, for waiter: Subscriber, of client: KeyClient?) {
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
