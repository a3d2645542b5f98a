import DKIMCore
import Logging
import NIOCore
import Synchronization

/// The table of running and waiting lookups. Confined to its event loop.
final class Resolver {
  static let shutDownFailure = KeyLookupFailure.unavailable("the key source is shut down")
  static let shutDownAnswer = KeyAnswer.failure(shutDownFailure)

  /// Creates the failure of a lookup that timed out before it got a place.
  static func notAsked(within seconds: Int) -> KeyLookupFailure {
    .unavailable("not queried within \(seconds) s: too many other lookups are running")
  }

  private let configuration: DNSConfiguration
  private let counters: Counters
  private let cache: SharedCache
  private let sockets: Sockets
  private let health: ServerHealth
  private let places: LookupQueue
  private var underWay: [String: DNSLookup] = [:]
  private var rotation = 0
  private var isShutDown = false
  private var isTicking = false
  /// True while timeouts are checked. Many lookups can end at once, and the loop has other work.
  private var isInTick = false
  private static let admittedAtOnce = 64

  init(configuration: DNSConfiguration, loop: any EventLoop, cache: SharedCache, counters: Counters) {
    self.configuration = configuration
    self.counters = counters
    self.cache = cache
    sockets = Sockets(loop: loop, counters: counters)
    health = ServerHealth(count: configuration.servers.count)
    places = LookupQueue(limit: configuration.boundedQueries)
  }

  /// Answers `waiter` from a running lookup of the same name, from the cache, or with a new lookup.
  func ask(_ name: String, for waiter: Subscriber, of client: KeyClient?) {
    guard !waiter.isAnswered else { return }
    if let inquiry = underWay[name] {
      counters.add(\.joined)
      inquiry.waiters[ObjectIdentifier(waiter)] = waiter
      if let ticket = inquiry.ticket { places.join(ticket, client) }
      return
    }
    if let answer = cache.answer(for: name) {
      counters.add(\.cacheHits)
      return tell(waiter, answer)
    }
    guard !isShutDown else { return tell(waiter, Self.shutDownAnswer) }
    guard !configuration.servers.isEmpty else { return refuse(waiter, "no name server is configured") }
    guard let wireName = WireName(name) else { return refuse(waiter, "\(name) is not a valid DNS name") }
    begin(name, wireName, waiter, client)
  }

  /// Removes a waiter. If it was the last one, the lookup ends.
  func forget(_ waiter: Subscriber, of name: String) {
    guard let inquiry = underWay[name], inquiry.waiters.removeValue(forKey: ObjectIdentifier(waiter)) != nil
    else { return }
    if inquiry.waiters.isEmpty { inquiry.abandon(.unavailable("all callers canceled the lookup")) }
  }

  /// Ends all lookups. The future completes when the last socket is closed.
  func shutDown() -> EventLoopFuture<Void> {
    isShutDown = true
    for inquiry in Array(underWay.values) { inquiry.abandon(Self.shutDownFailure) }
    return sockets.whenClosed()
  }

  private func begin(_ name: String, _ wireName: WireName, _ waiter: Subscriber, _ client: KeyClient?) {
    let inquiry = DNSLookup(
      name: name, wireName: wireName, order: serverOrder(), configuration: configuration, sockets: sockets,
      health: health, counters: counters
    ) { self.finished($0, $1, lifetime: $2) }
    inquiry.waiters[ObjectIdentifier(waiter)] = waiter
    underWay[name] = inquiry
    counters.add(\.questionsWaiting)
    let ticket = places.ticket(name, client) {
      self.counters.add(\.questionsWaiting, -1)
      self.counters.add(\.questionsUnderWay)
      inquiry.begin()
    } refuse: {
      inquiry.abandon(.unavailable("too many lookups are waiting"))
    }
    inquiry.ticket = ticket
    places.enter(ticket)
    if !isTicking { scheduleTick() }
  }

  /// Schedules the next timeout check. All lookups share one timer, because canceling a timer makes the loop search for
  /// it.
  private func scheduleTick() {
    isTicking = true
    sockets.loop.assumeIsolated().scheduleTask(in: TimeAmount(configuration.tickTime)) { self.tick() }
  }

  private func tick() {
    let now = NIODeadline.now()
    isInTick = true
    for inquiry in Array(underWay.values) { inquiry.tick(now) }
    isInTick = false
    places.admit(atMost: Self.admittedAtOnce)
    isTicking = false
    if !underWay.isEmpty { scheduleTick() }
  }

  private func finished(_ inquiry: DNSLookup, _ answer: KeyAnswer, lifetime: UInt32) {
    cache.keep(answer, for: inquiry.name, seconds: lifetime)
    if !isShutDown, case .failure(let failure) = answer {
      configuration.logger?.info(
        "a DNS lookup failed", metadata: ["name": "\(inquiry.name)", "reason": "\(failure)"])
    }
    underWay[inquiry.name] = nil
    if inquiry.hasBegun { counters.add(\.questionsUnderWay, -1) } else { counters.add(\.questionsWaiting, -1) }
    let waiters = inquiry.waiters
    inquiry.waiters = [:]
    for waiter in waiters.values { tell(waiter, answer) }
    guard let ticket = inquiry.ticket.take() else { return }
    places.leave(ticket)
    // This place may have held up two lookups: one of the same client, and one of the same domain.
    if !isInTick, !isShutDown { places.admit(atMost: 2) }
  }

  private func serverOrder() -> [Int] {
    let count = configuration.servers.count
    let order = (0..<count).map { ($0 + rotation) % count }
    if configuration.rotatesServers { rotation = (rotation + 1) % count }
    return health.sorted(order, at: .now())
  }

  private func refuse(_ waiter: Subscriber, _ reason: String) { tell(waiter, .failure(.unavailable(reason))) }

  private func tell(_ waiter: Subscriber, _ answer: KeyAnswer) {
    waiter.answer(answer) { counters.ended(answer) }
  }
}

/// The cache with its clock; usable from any thread.
final class SharedCache: Sendable {
  private let cache: Mutex<ResponseCache>
  private let now: @Sendable () -> Duration

  init(limits: DNSConfiguration.CacheLimits, now: @escaping @Sendable () -> Duration) {
    cache = Mutex(ResponseCache(limits: limits))
    self.now = now
  }

  var size: (count: Int, bytes: Int) { cache.withLock { ($0.count, $0.bytes) } }

  func answer(for name: String) -> KeyAnswer? {
    let now = now()
    return cache.withLock { $0.answer(for: name, at: now) }
  }

  func keep(_ answer: KeyAnswer, for name: String, seconds: UInt32) {
    let now = now()
    cache.withLock { $0.keep(answer, for: name, seconds: seconds, at: now) }
  }
}
