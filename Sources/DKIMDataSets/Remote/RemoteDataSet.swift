internal import DKIMConfiguration
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// A data set whose rows are asked for by threads that may wait: nothing that runs on an event loop ever does.
///
/// Equal questions at a time are asked once. Every one of them is answered within the time limit, with an error where
/// the store is late; an answer that comes later is kept for the next.
final class RemoteDataSet: DataSet {
  struct Rules: Sendable {
    /// Milliseconds in which a question is answered, one way or the other.
    var timeLimit: Int
    /// How long an answer is used again; 0: never.
    var cacheSeconds: Int
    /// How many questions are asked at a time, each over a connection of its own.
    var workers = 4
    /// How many questions wait for a worker; more are refused at once.
    var mostQueued = 10_000
    /// Whether the rows are on a server, not in a file.
    var asksServer = true
    /// What an administrator should know about the set.
    var problems: [ConfigurationProblem] = []
  }

  private typealias Answer = Result<DataSetRow?, DataSetError>

  /// A question that is being asked.
  private struct Flight {
    let number: UInt64
    let deadline: Deadline
    var waiting: [CheckedContinuation<Answer, Never>]
    var alarm: Scheduled<Void>?
  }

  private struct State {
    var cache: AnswerCache
    var flights: [OctetKey: Flight] = [:]
    var lastNumber: UInt64 = 0
    var hasThreads = false
    /// Questions that no thread has taken yet, late ones among them.
    var queued = 0

    mutating func next(
      for key: OctetKey, _ continuation: CheckedContinuation<Answer, Never>, _ rules: Rules
    ) -> Step {
      if flights[key] != nil {
        flights[key]?.waiting.append(continuation)
        return .wait
      }
      guard queued < rules.mostQueued else { return .refuse }
      queued += 1
      lastNumber += 1
      let flight = Flight(
        number: lastNumber, deadline: Deadline(in: rules.timeLimit), waiting: [continuation], alarm: nil)
      flights[key] = flight
      return .launch(flight)
    }
  }

  /// What becomes of a question that the cache does not answer.
  private enum Step {
    /// It is being asked.
    case wait
    case launch(Flight)
    /// The threads have more to do than they will get done.
    case refuse
  }

  /// How much later than the time limit the frame gives up a connection that ought to have done so itself, and would
  /// have told more; milliseconds.
  private static let indulgence = 200

  let specification: String
  let startProblem: DataSetError?
  private let rules: Rules
  private let pool: ConnectionPool
  private let threads: NIOThreadPool
  private let state: Mutex<State>

  /// Opens the set with one connection.
  ///
  /// - Throws: where that cannot be had, unless it is for the moment only and `SoftStart` is set.
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
    state = Mutex(State(cache: AnswerCache(seconds: rules.cacheSeconds)))
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
    return try await ask(for: OctetKey(key)).get().map { [$0] } ?? []
  }

  func allRows(limit: Int) async throws(DataSetError) -> [DataSetRow] {
    // Many rows may take longer than one; being let in may not.
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

  // MARK: Asking

  private func ask(for key: OctetKey) async -> Answer {
    await withCheckedContinuation { continuation in
      let step = state.withLock { state in
        if !state.hasThreads { threads.start() }
        state.hasThreads = true
        return state.next(for: key, continuation, rules)
      }
      switch step {
      case .wait: break
      case .launch(let flight): launch(flight, key)
      case .refuse: continuation.resume(returning: .failure(.temporary("too many questions at a time")))
      }
    }
  }

  private func launch(_ flight: Flight, _ key: OctetKey) {
    let limit = rules.timeLimit
    let alarm = StoreThread.after(milliseconds: limit) { [weak self] in self?.expire(key, flight.number) }
    state.withLock { state in
      if state.flights[key]?.number == flight.number { state.flights[key]?.alarm = alarm } else { alarm.cancel() }
    }
    threads.submit { threadState in
      self.state.withLock { $0.queued -= 1 }
      guard threadState == .active, self.isAloft(key, flight.number) else { return }
      let start = Deadline.now
      let answer = self.fetch(key.text, until: flight.deadline)
      if case .success(let row) = answer {
        self.state.withLock { $0.cache.store(row, for: key.text, askedAt: start) }
      }
      self.land(key, flight.number, answer)
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

  private func isAloft(_ key: OctetKey, _ number: UInt64) -> Bool {
    state.withLock { $0.flights[key]?.number == number }
  }

  private func expire(_ key: OctetKey, _ number: UInt64) {
    land(key, number, .failure(Self.late(rules.timeLimit)))
  }

  private func land(_ key: OctetKey, _ number: UInt64, _ answer: Answer) {
    let flight = state.withLock { state -> Flight? in
      guard state.flights[key]?.number == number else { return nil }
      return state.flights.removeValue(forKey: key)
    }
    flight?.alarm?.cancel()
    for continuation in flight?.waiting ?? [] { continuation.resume(returning: answer) }
  }

  /// Does work that may wait: here where the caller's thread may, else on a thread of its own, which is left to itself
  /// when time is over.
  private static func onThread<Value: Sendable>(
    _ limit: Int, _ work: @escaping @Sendable () throws(DataSetError) -> Value
  ) async throws(DataSetError) -> Value {
    if DataSets.mayBlock { return try work() }
    return try await StoreThread.run(milliseconds: limit + indulgence, late: late(limit), work)
  }

  /// What is opened while the program starts is opened as root, perhaps, and before the root directory is changed: the
  /// connections of the filter are made when it has become who it is.
  private static var keepsConnections: Bool { !DataSets.mayBlock }

  private static func late(_ limit: Int) -> DataSetError {
    .temporary("no answer within \(limit < 1000 ? "\(limit) ms" : "\(limit / 1000) s")")
  }
}
