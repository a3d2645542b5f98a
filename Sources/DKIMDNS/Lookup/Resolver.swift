import DKIMCore
import NIOCore
import Synchronization

/// The table of questions that are under way or wait for a place. Confined to its event loop.
final class Resolver {
  static let shutDownFailure = KeyLookupFailure.unavailable("the key source is shut down")
  static let shutDownAnswer = KeyAnswer.failure(shutDownFailure)

  /// No place became free for a question in its time.
  static func notAsked(within seconds: Int) -> KeyLookupFailure {
    .unavailable("not asked within \(seconds) s: too many other questions are under way")
  }

  private let configuration: DNSConfiguration
  private let counters: Counters
  private let cache: SharedCache
  private let sockets: Sockets
  private let health: ServerHealth
  private let places: QuestionPlaces
  private var underWay: [String: Inquiry] = [:]
  private var rotation = 0
  private var isShutDown = false
  private var isTicking = false
  /// True while time-outs are found: many at once, and the loop has other work.
  private var isInTick = false
  private static let admittedAtOnce = 64

  init(configuration: DNSConfiguration, loop: any EventLoop, cache: SharedCache, counters: Counters) {
    self.configuration = configuration
    self.counters = counters
    self.cache = cache
    sockets = Sockets(loop: loop, counters: counters)
    health = ServerHealth(count: configuration.servers.count)
    places = QuestionPlaces(limit: configuration.boundedQuestions)
  }

  /// Has `waiter` answered: from an equal question under way, from the cache, or by a question of its own.
  func ask(_ name: String, for waiter: Waiter, of client: KeyClient?) {
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
    guard let wireName = WireName(name) else { return refuse(waiter, "\(name) is no name that DNS can carry") }
    begin(name, wireName, waiter, client)
  }

  /// The waiter has gone; a question that nobody waits for any more ends.
  func forget(_ waiter: Waiter, of name: String) {
    guard let inquiry = underWay[name], inquiry.waiters.removeValue(forKey: ObjectIdentifier(waiter)) != nil
    else { return }
    if inquiry.waiters.isEmpty { inquiry.abandon(.unavailable("nobody waits for the answer")) }
  }

  /// Ends every question. Done when the last socket is closed.
  func shutDown() -> EventLoopFuture<Void> {
    isShutDown = true
    for inquiry in Array(underWay.values) { inquiry.abandon(Self.shutDownFailure) }
    return sockets.whenClosed()
  }

  private func begin(_ name: String, _ wireName: WireName, _ waiter: Waiter, _ client: KeyClient?) {
    let inquiry = Inquiry(
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
      inquiry.abandon(.unavailable("too many questions wait for a place"))
    }
    inquiry.ticket = ticket
    places.enter(ticket)
    if !isTicking { scheduleTick() }
  }

  /// One timer for all: to cancel a timer of its own for each question would cost the loop a search every time.
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

  private func finished(_ inquiry: Inquiry, _ answer: KeyAnswer, lifetime: UInt32) {
    cache.keep(answer, for: inquiry.name, seconds: lifetime)
    underWay[inquiry.name] = nil
    if inquiry.hasBegun { counters.add(\.questionsUnderWay, -1) } else { counters.add(\.questionsWaiting, -1) }
    let waiters = inquiry.waiters
    inquiry.waiters = [:]
    for waiter in waiters.values { tell(waiter, answer) }
    guard let ticket = inquiry.ticket.take() else { return }
    places.leave(ticket)
    // A place may have kept back one question by its client, and another one by its domain.
    if !isInTick, !isShutDown { places.admit(atMost: 2) }
  }

  private func serverOrder() -> [Int] {
    let count = configuration.servers.count
    let order = (0..<count).map { ($0 + rotation) % count }
    if configuration.rotatesServers { rotation = (rotation + 1) % count }
    return health.sorted(order, at: .now())
  }

  private func refuse(_ waiter: Waiter, _ reason: String) { tell(waiter, .failure(.unavailable(reason))) }

  private func tell(_ waiter: Waiter, _ answer: KeyAnswer) {
    waiter.answer(answer) { counters.ended(answer) }
  }
}

/// The cache with its clock, for every thread.
final class SharedCache: Sendable {
  private let cache: Mutex<AnswerCache>
  private let now: @Sendable () -> Duration

  init(limits: DNSConfiguration.CacheLimits, now: @escaping @Sendable () -> Duration) {
    cache = Mutex(AnswerCache(limits: limits))
    self.now = now
  }

  var size: (count: Int, octets: Int) { cache.withLock { ($0.count, $0.octets) } }

  func answer(for name: String) -> KeyAnswer? {
    let now = now()
    return cache.withLock { $0.answer(for: name, at: now) }
  }

  func keep(_ answer: KeyAnswer, for name: String, seconds: UInt32) {
    let now = now()
    cache.withLock { $0.keep(answer, for: name, seconds: seconds, at: now) }
  }
}
