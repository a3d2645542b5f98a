public import DKIMCore
public import NIOCore
import Synchronization

/// A source of key records that queries DNS servers.
///
/// It queries the configured servers over UDP, or over TCP if a response is too long for UDP. Answers are cached for
/// their TTL, and concurrent lookups of the same name share one query. Every lookup ends within
/// ``DNSConfiguration/timeout``. DNSSEC is not validated here: `secure` is the AD bit of a trusted resolver. When
/// ``DNSConfiguration/maximumConcurrentQueries`` lookups are running, further lookups are queued; no domain gets more than a
/// sixteenth of the running lookups.
public final class DNSKeySource: SharedKeySource {
  private let loop: any EventLoop
  private let resolver: NIOLoopBoundBox<Resolver>
  private let cache: SharedCache
  private let counters = Counters()
  private let isShutDown = Atomic(false)

  /// Creates a key source that runs on one event loop of `group`.
  ///
  /// The group must exist until ``shutdown()`` has returned.
  public convenience init(configuration: DNSConfiguration, group: any EventLoopGroup) {
    self.init(configuration: configuration, group: group, clock: ContinuousClock())
  }

  /// Creates a key source whose cache measures time with `clock`. Network timeouts use the event loop's own clock.
  package init<C: Clock>(configuration: DNSConfiguration, group: any EventLoopGroup, clock: C)
  where C.Duration == Duration {
    let start = clock.now
    loop = group.next()
    cache = SharedCache(limits: configuration.cache) { start.duration(to: clock.now) }
    resolver = NIOLoopBoundBox.makeBoxSendingValue(
      Resolver(configuration: configuration, loop: loop, cache: cache, counters: counters), eventLoop: loop)
  }

  /// Looks up a key within ``DNSConfiguration/timeout``.
  ///
  /// A canceled task gets `.failure(.unavailable)` immediately; other tasks that wait for the same name still get their
  /// answer.
  public func answer(_ query: KeyQuery) async -> KeyAnswer { await answer(name: query.name) }

  /// Looks up a key like ``answer(_:)``; no client gets more than an eighth of the running lookups for its mail.
  package func answer(_ query: KeyQuery, for client: KeyClient?) async -> KeyAnswer {
    await answer(name: query.name, for: client)
  }

  /// Looks up any name, given in lower case without the trailing dot.
  func answer(name: String, for client: KeyClient? = nil) async -> KeyAnswer {
    counters.add(\.questions)
    if let answer = cache.answer(for: name) {
      counters.add(\.cacheHits)
      counters.ended(answer)
      return answer
    }
    if isShutDown.load(ordering: .acquiring) {
      counters.ended(Resolver.shutDownAnswer)
      return Resolver.shutDownAnswer
    }
    let waiter = Subscriber()
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        waiter.wait(continuation)
        loop.execute { [resolver] in resolver.value.ask(name, for: waiter, of: client) }
      }
    } onCancel: {
      waiter.answer(Subscriber.cancelled) {
        counters.add(\.cancelled)
        loop.execute { [resolver] in resolver.value.forget(waiter, of: name) }
      }
    }
  }

  /// Ends running lookups with `.failure(.unavailable)` and closes all sockets. Later lookups fail immediately.
  public func shutdown() async {
    isShutDown.store(true, ordering: .releasing)
    // The future never fails.
    try? await loop.flatSubmit { [resolver] in resolver.value.shutDown() }.get()
  }

  /// The counts since the start, for logs and metrics.
  public var statistics: DNSStatistics {
    var statistics = counters.snapshot
    (statistics.cachedAnswers, statistics.cachedBytes) = cache.size
    return statistics
  }
}
