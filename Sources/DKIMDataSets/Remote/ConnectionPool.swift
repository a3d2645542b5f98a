internal import DKIMConfiguration
internal import Synchronization

/// Connections to one store, each lent to one thread at a time. While the store is down it is tried again after a
/// pause that grows, and questions in between fail at once.
final class ConnectionPool: Sendable {
  /// Sendable although connections are not: one is either in the list, where nobody uses it, or with the one thread
  /// that took it out.
  private struct Resting: @unchecked Sendable {
    let connection: any StoreConnection
  }

  /// Connections that nobody uses. They outlive the pool where closing them may take time.
  private final class Rest: Sendable {
    private let connections = Mutex<[Resting]>([])

    func add(_ connection: Resting) { connections.withLock { $0.append(connection) } }

    func take() -> Resting? { connections.withLock { $0.popLast() } }

    /// Closes them, on this thread, while others may go on.
    func close() {
      let leaving = connections.withLock { connections in
        defer { connections = [] }
        return connections
      }
      withExtendedLifetime(leaving) {}
    }

    var isEmpty: Bool { connections.withLock { $0.isEmpty } }
  }

  private struct State {
    /// Attempts to connect that failed since the last that did not.
    var failures = 0
    var lastFailure: DataSetError?
    /// No attempt before then.
    var pauseEnd = Deadline(moment: 0)
  }

  /// Milliseconds of the pauses: the store is to be in use again within a second of its return.
  private static let pauses = [0, 50, 100, 200, 400, 600]

  private let open: StoreOpener
  private let rest = Rest()
  private let state = Mutex(State())

  init(_ open: @escaping StoreOpener) {
    self.open = open
  }

  /// Whoever lets the pool go may be an event loop, and a library may take its time to close a connection.
  deinit {
    if DataSets.mayBlock || rest.isEmpty { return }
    StoreThread.start { [rest] in rest.close() }
  }

  /// Does `work` with a connection, on this thread.
  ///
  /// - Parameters:
  ///   - limit: milliseconds that connecting may take, where that is less.
  ///   - keeps: whether the connection is used again.
  func use<Result>(
    until deadline: Deadline, connectingIn limit: Int = .max, keeps: Bool = true,
    _ work: (any StoreConnection) throws(DataSetError) -> Result
  ) throws(DataSetError) -> Result {
    if let rested = rest.take() {
      do throws(DataSetError) {
        return try use(rested, keeps: keeps, work)
      } catch {
        // The store may have been started anew since, so the others are no better; a fresh one tells.
        guard case .temporary = error else { throw error }
        rest.close()
        if deadline.isOver { throw error }
      }
    }
    return try use(try connect(until: Deadline(in: min(deadline.remaining, limit))), keeps: keeps, work)
  }

  private func use<Result>(
    _ lent: Resting, keeps: Bool, _ work: (any StoreConnection) throws(DataSetError) -> Result
  ) throws(DataSetError) -> Result {
    do throws(DataSetError) {
      let result = try work(lent.connection)
      if keeps { rest.add(lent) }
      return result
    } catch {
      if case .temporary = error { throw error }
      if keeps { rest.add(lent) }
      throw error
    }
  }

  private func connect(until deadline: Deadline) throws(DataSetError) -> Resting {
    let refusal = state.withLock { $0.pauseEnd.isOver ? nil : $0.lastFailure }
    if let refusal { throw refusal }
    do throws(DataSetError) {
      let connection = Resting(connection: try open(deadline))
      state.withLock { $0.failures = 0 }
      return connection
    } catch {
      state.withLock { state in
        state.lastFailure = error
        state.pauseEnd = Deadline(in: Self.pauses[min(state.failures, Self.pauses.count - 1)])
        state.failures += 1
      }
      throw error
    }
  }
}
