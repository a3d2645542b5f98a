internal import DKIMConfiguration
internal import Synchronization

/// Connections to one store, each used by one thread at a time. While the store is down, connection attempts are
/// separated by growing pauses; lookups during a pause fail immediately.
final class ConnectionPool: Sendable {
  /// `Sendable` although connections are not: a connection is either in the list, where no thread uses it, or owned by
  /// the one thread that took it out.
  private struct IdleConnection: @unchecked Sendable {
    let connection: any StoreConnection
  }

  /// Idle connections. This object may outlive the pool, because closing connections can take time.
  private final class IdleConnections: Sendable {
    private let connections = Mutex<[IdleConnection]>([])

    func add(_ connection: IdleConnection) { connections.withLock { $0.append(connection) } }

    func take() -> IdleConnection? { connections.withLock { $0.popLast() } }

    /// Closes the idle connections on this thread, without holding the lock.
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
    /// Number of failed connection attempts since the last successful one.
    var failures = 0
    var lastFailure: DataSetError?
    /// No new attempt is made before this time.
    var pauseEnd = Deadline(moment: 0)
  }

  /// Pauses between connection attempts; milliseconds. They are short enough that a store is used again within a second
  /// after it comes back.
  private static let pauses = [0, 50, 100, 200, 400, 600]

  private let open: StoreOpener
  private let rest = IdleConnections()
  private let state = Mutex(State())

  init(_ open: @escaping StoreOpener) {
    self.open = open
  }

  /// The last reference may be released on an event loop, where closing a connection could block, so a separate thread
  /// closes the connections.
  deinit {
    if DataSets.mayBlock || rest.isEmpty { return }
    StoreThread.start { [rest] in rest.close() }
  }

  /// Runs `work` with a connection, on this thread.
  ///
  /// - Parameters:
  ///   - limit: time limit for connecting, in milliseconds, if it is shorter than the time until the deadline.
  ///   - keeps: whether the connection is kept for later use.
  func use<Result>(
    until deadline: Deadline, connectingIn limit: Int = .max, keeps: Bool = true,
    _ work: (any StoreConnection) throws(DataSetError) -> Result
  ) throws(DataSetError) -> Result {
    if let rested = rest.take() {
      do throws(DataSetError) {
        return try use(rested, keeps: keeps, work)
      } catch {
        // The store may have been restarted, which breaks the other idle connections too. A new connection shows
        // whether the store works.
        guard case .temporary = error else { throw error }
        rest.close()
        if deadline.isOver { throw error }
      }
    }
    return try use(try connect(until: Deadline(in: min(deadline.remaining, limit))), keeps: keeps, work)
  }

  private func use<Result>(
    _ lent: IdleConnection, keeps: Bool, _ work: (any StoreConnection) throws(DataSetError) -> Result
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

  private func connect(until deadline: Deadline) throws(DataSetError) -> IdleConnection {
    let refusal = state.withLock { $0.pauseEnd.isOver ? nil : $0.lastFailure }
    if let refusal { throw refusal }
    do throws(DataSetError) {
      let connection = IdleConnection(connection: try open(deadline))
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
