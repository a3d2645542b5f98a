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

  private struct State {
    var resting: [Resting] = []
    /// Attempts to connect that failed since the last that did not.
    var failures = 0
    var lastFailure: DataSetError?
    /// No attempt before then.
    var pauseEnd = Deadline(moment: 0)
  }

  /// Milliseconds of the pauses: the store is to be in use again within a second of its return.
  private static let pauses = [0, 50, 100, 200, 400, 600]

  private let open: StoreOpener
  private let state = Mutex(State())

  init(_ open: @escaping StoreOpener) {
    self.open = open
  }

  /// Does `work` with a connection, on this thread.
  func use<Result>(
    until deadline: Deadline, _ work: (any StoreConnection) throws(DataSetError) -> Result
  ) throws(DataSetError) -> Result {
    if let rested = state.withLock({ $0.resting.popLast() }) {
      do throws(DataSetError) {
        return try use(rested, work)
      } catch {
        // The store may have been started anew since, so the others are no better; a fresh one tells.
        guard case .temporary = error else { throw error }
        state.withLock { $0.resting.removeAll() }
        if deadline.isOver { throw error }
      }
    }
    return try use(try connect(until: deadline), work)
  }

  private func use<Result>(
    _ lent: Resting, _ work: (any StoreConnection) throws(DataSetError) -> Result
  ) throws(DataSetError) -> Result {
    do throws(DataSetError) {
      let result = try work(lent.connection)
      state.withLock { $0.resting.append(lent) }
      return result
    } catch {
      if case .temporary = error { throw error }
      state.withLock { $0.resting.append(lent) }
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
