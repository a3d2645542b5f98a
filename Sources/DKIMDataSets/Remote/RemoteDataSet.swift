internal import DKIMConfiguration
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// A data set whose lookups may block. They run on separate threads, so that an event loop never waits.
///
/// Concurrent lookups of the same key share one query. Each gets a result within the time limit: an error if the store
/// is late. A result that arrives later is stored in the cache.
final class RemoteDataSet: DataSet {
  struct Rules: Sendable {
    /// Time limit of a lookup; milliseconds.
    var timeLimit: Int
    /// How long results are cached, in seconds; 0 disables the cache.
    var cacheSeconds: Int
    /// Number of lookups that run at a time, each over its own connection.
    var workers = 4
    /// Number of lookups that may wait for a worker; further lookups fail immediately.
    var mostQueued = 10_000
    /// Whether the rows are on a server rather than in a file.
    var asksServer = true
    /// Warnings about the set for the administrator.
    var problems: [ConfigurationProblem] = []
  }

  private typealias Answer = Result<DataSetRow?, DataSetError>

  /// A lookup in progress.
  private struct PendingLookup {
    let number: UInt64
    let deadline: Deadline
    var waiting: [CheckedContinuation<Answer, Never>]
    var alarm: Scheduled<Void>?
  }

  private struct State {
    var cache: LookupCache
    var pendingLookups: [ByteKey: PendingLookup] = [:]
    var lastNumber: UInt64 = 0
    var hasThreads = false
    /// Lookups that no thread has taken yet, including those that have timed out.
    var queued = 0

    mutating func next(
      for key: ByteKey, _ continuation: CheckedContinuation<Answer, Never>, _ rules: Rules
    ) -> Step {
      if pendingLookups[key] != nil {
        pendingLookups[key]?.waiting.append(continuation)
        return .wait
      }
      guard queued < rules.mostQueued else { return .refuse }
      queued += 1
      lastNumber += 1
      let lookup = PendingLookup(
        number: lastNumber, deadline: Deadline(in: rules.timeLimit), waiting: [continuation], alarm: nil)
      pendingLookups[key] = lookup
      return .start(lookup)
    }
  }

  /// What to do with a lookup that the cache cannot answer.
  private enum Step {
    /// A lookup of the same key is in progress; wait for its result.
    case wait
    case start(PendingLookup)
    /// The queue is full.
    case refuse
  }

  /// Milliseconds after the time limit before a blocked connection is abandoned. The connection should time out first,
  /// with a more precise error.
  private static let gracePeriods = 200

  let specification: String
  let startProblem: DataSetError?
  private let rules: Rules
  private let pool: ConnectionPool
  private let threads: NIOThreadPool
  private let state: Mutex<State>

  /// Opens the set and tries one connection.
  ///
  /// - Throws: if the connection fails, unless the error is temporary and `SoftStart` is set.
  static func open(
    _ request: DataSetRequest, _ rules: Rules, _ opener: @escaping StoreOpener
  ) async throws(DataSetOpenError) -> RemoteDataSet {
    let pool = ConnectionPool(opener)
    let deadline = Deadline(in: rules.timeLimit)
    let keeps = keepsConnections
    do throws(DataSetError) {
      try await onThread(rules.timeLimit) { () throws(DataSetError) in
        try pool.use(until: deadline, keeps: keeps) { _ throws(DataSetError) in }
      }
      return RemoteDataSet(request.specification, rules, pool, startProblem: nil)
    } catch {
      guard case .temporary = error, request.options.softStart else { throw request.error(.store(error)) }
      return RemoteDataSet(request.specification, rules, pool, startProblem: error)
    }
  }

  private init(_ specification: String, _ rules: Rules, _ pool: ConnectionPool, startProblem: DataSetError?) {
    self.specification = specification
    self.rules = rules
    self.pool = pool
    self.startProblem = startProblem
    threads = NIOThreadPool(numberOfThreads: rules.workers)
    state = Mutex(State(cache: LookupCache(seconds: rules.cacheSeconds)))
  }

  deinit {
    if state.withLock({ $0.hasThreads }) { threads.shutdownGracefully { _ in } }
  }

  func rows(for key: String, all: Bool) async throws(DataSetError) -> [DataSetRow] {
    if let known = state.withLock({ $0.cache.answer(to: key) }) { return known.map { [$0] } ?? [] }
    if DataSets.mayBlock {
      let start = Deadline.now
      let answer = fetch(key, until: Deadline(in: rules.timeLimit))
      if case .success(let row) = answer { state.withLock { $0.cache.store(row, for: key, askedAt: start) } }
      return try answer.get().map { [$0] } ?? []
    }
    return try await ask(for: ByteKey(key)).get().map { [$0] } ?? []
  }

  func allRows(limit: Int) async throws(DataSetError) -> [DataSetRow] {
    // Listing all rows may take longer than a lookup; connecting may not.
    let timeLimit = rules.timeLimit
    let deadline = Deadline(in: 12 * timeLimit)
    let keeps = Self.keepsConnections
    return try await Self.onThread(12 * timeLimit) { [pool] () throws(DataSetError) in
      try pool.use(until: deadline, connectingIn: timeLimit, keeps: keeps) { store throws(DataSetError) in
        try store.rows(limit: limit, until: deadline)
      }
    }
  }

  func problems() async -> [ConfigurationProblem] { rules.problems }

  var asksServer: Bool { rules.asksServer }

  // MARK: Lookups

  private func ask(for key: ByteKey) async -> Answer {
    await withCheckedContinuation { continuation in
      let step = state.withLock { state in
        if !state.hasThreads { threads.start() }
        state.hasThreads = true
        return state.next(for: key, continuation, rules)
      }
      switch step {
      case .wait: break
      case .start(let lookup): start(lookup, key)
      case .refuse: continuation.resume(returning: .failure(.temporary("too many concurrent lookups")))
      }
    }
  }

  private func start(_ lookup: PendingLookup, _ key: ByteKey) {
    let limit = rules.timeLimit
    let alarm = StoreThread.after(milliseconds: limit) { [weak self] in self?.expire(key, lookup.number) }
    state.withLock { state in
      if state.pendingLookups[key]?.number == lookup.number {
        state.pendingLookups[key]?.alarm = alarm
      } else {
        alarm.cancel()
      }
    }
    threads.submit { threadState in
      self.state.withLock { $0.queued -= 1 }
      guard threadState == .active, self.isPending(key, lookup.number) else { return }
      let start = Deadline.now
      let answer = self.fetch(key.text, until: lookup.deadline)
      if case .success(let row) = answer {
        self.state.withLock { $0.cache.store(row, for: key.text, askedAt: start) }
      }
      self.complete(key, lookup.number, answer)
    }
  }

  private func fetch(_ key: String, until deadline: Deadline) -> Answer {
    do throws(DataSetError) {
      return .success(
        try pool.use(until: deadline) { store throws(DataSetError) in try store.row(for: key, until: deadline) })
    } catch {
      return .failure(error)
    }
  }

  private func isPending(_ key: ByteKey, _ number: UInt64) -> Bool {
    state.withLock { $0.pendingLookups[key]?.number == number }
  }

  private func expire(_ key: ByteKey, _ number: UInt64) {
    complete(key, number, .failure(Self.late(rules.timeLimit)))
  }

  private func complete(_ key: ByteKey, _ number: UInt64, _ answer: Answer) {
    let lookup = state.withLock { state -> PendingLookup? in
      guard state.pendingLookups[key]?.number == number else { return nil }
      return state.pendingLookups.removeValue(forKey: key)
    }
    lookup?.alarm?.cancel()
    for continuation in lookup?.waiting ?? [] { continuation.resume(returning: answer) }
  }

  /// Runs work that may block: on this thread if it may block, otherwise on a separate thread, which is abandoned when
  /// the time limit is exceeded.
  private static func onThread<Value: Sendable>(
    _ limit: Int, _ work: @escaping @Sendable () throws(DataSetError) -> Value
  ) async throws(DataSetError) -> Value {
    if DataSets.mayBlock { return try work() }
    return try await StoreThread.run(milliseconds: limit + gracePeriods, late: late(limit), work)
  }

  /// While the program starts, a connection may be opened as root and outside the later root directory. It is not kept:
  /// the filter connects again after it has dropped privileges and changed its root directory.
  private static var keepsConnections: Bool { !DataSets.mayBlock }

  private static func late(_ limit: Int) -> DataSetError {
    .temporary("no response within \(limit < 1000 ? "\(limit) ms" : "\(limit / 1000) s")")
  }
}
