public import DKIMCore
public import NIOCore
import Synchronization

/// Key records from DNS: asks the configured servers over UDP, and over TCP where an answer is too long for it.
///
/// Answers are kept for their TTL; equal questions under way share one query; every look-up ends within
/// ``DNSConfiguration/timeout``. DNSSEC is not validated here: `secure` is the AD bit of a resolver that is believed.
/// Where more questions come than there are places (``DNSConfiguration/maximumQuestions``), they wait, and no domain
/// gets more than a sixteenth of the places.
public final class DNSKeySource: SharedKeySource {
  private let loop: any EventLoop
  private let resolver: NIOLoopBoundBox<Resolver>
  private let cache: SharedCache
  private let counters = Counters()
  private let isShutDown = Atomic(false)

  /// One event loop of `group` does the work; the group has to live until ``shutdown()`` has returned.
  public convenience init(configuration: DNSConfiguration, group: any EventLoopGroup) {
    self.init(configuration: configuration, group: group, clock: ContinuousClock())
  }

  /// `clock` measures how long answers are kept. Time-outs on the network follow the event loop's own clock.
  public init<C: Clock>(configuration: DNSConfiguration, group: any EventLoopGroup, clock: C)
  where C.Duration == Duration {
    let start = clock.now
    loop = group.next()
    cache = SharedCache(limits: configuration.cache) { start.duration(to: clock.now) }
    resolver = NIOLoopBoundBox.makeBoxSendingValue(
      Resolver(configuration: configuration, loop: loop, cache: cache, counters: counters), eventLoop: loop)
  }

  /// Answers within ``DNSConfiguration/timeout``. A cancelled task gets `.failure(.unavailable)` at once; other
  /// tasks that wait for the same name still get their answer.
  public func answer(_ query: KeyQuery) async -> KeyAnswer { await answer(name: query.name) }

  /// As ``answer(_:)``; the mail of one client gets no more than an eighth of the places.
  package func answer(_ query: KeyQuery, for client: KeyClient?) async -> KeyAnswer {
    await answer(name: query.name, for: client)
  }

  /// What `answer` does, for any name in lower case without the trailing dot.
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
    let waiter = Waiter()
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        waiter.wait(continuation)
        loop.execute { [resolver] in resolver.value.ask(name, for: waiter, of: client) }
      }
    } onCancel: {
      waiter.answer(Waiter.cancelled) {
        counters.add(\.cancelled)
        loop.execute { [resolver] in resolver.value.forget(waiter, of: name) }
      }
    }
  }

  /// Ends what is under way with `.failure(.unavailable)` and closes every socket; later look-ups fail at once.
  public func shutdown() async {
    isShutDown.store(true, ordering: .releasing)
    // The future never fails.
    try? await loop.flatSubmit { [resolver] in resolver.value.shutDown() }.get()
  }

  /// Counts since the start, for logs and metrics.
  public var statistics: DNSStatistics {
    var statistics = counters.snapshot
    (statistics.cachedAnswers, statistics.cachedOctets) = cache.size
    return statistics
  }
}
