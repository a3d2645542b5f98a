internal import DKIMConfiguration
internal import Glibc
internal import NIOPosix
internal import Synchronization
internal import SystemSupport

/// Resolves the addresses of a host within a time limit. If name servers are late or down, the addresses found earlier
/// are used.
final class HostResolver: Sendable {
  /// A lookup of addresses on its own thread, because the system call has no time limit.
  private final class Search: Sendable {
    /// One end of a socket pair; the other end is closed when the lookup is over. -1 if no descriptors are available.
    let event: CInt
    private let farEnd: CInt
    let outcome = Mutex<Outcome?>(nil)

    init() {
      var ends: [CInt] = [-1, -1]
      _ = unsafe socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0, &ends)
      (event, farEnd) = (ends[0], ends[1])
    }

    deinit { if event >= 0 { close(event) } }

    func end(_ found: Outcome) {
      outcome.withLock { $0 = found }
      if farEnd >= 0 { close(farEnd) }
    }
  }

  private struct State {
    var known: [SocketAddress] = []
    var search: Search?
  }

  /// Finds the addresses of a host, without a time limit.
  typealias Finder = @Sendable () -> Outcome
  typealias Outcome = Result<[SocketAddress], SocketAddress.Failure>

  private let host: String
  private let port: Int
  private let find: Finder
  private let state = Mutex(State())

  convenience init(host: String, port: Int) {
    self.init(host: host, port: port) { SocketAddress.find(host, port: port) }
  }

  init(host: String, port: Int, find: @escaping Finder) {
    self.host = host
    self.port = port
    self.find = find
  }

  /// Returns at least one address.
  func addresses(until deadline: Deadline) throws(DataSetError) -> [SocketAddress] {
    if case .success(let addresses) = SocketAddress.find(host, port: port, flags: AI_NUMERICHOST) { return addresses }
    let known = state.withLock { $0.known }
    switch outcome(until: deadline) {
    case .success(let addresses) where !addresses.isEmpty: return addresses
    case .success where known.isEmpty: throw .temporary("the host \"\(host)\" has no address")
    case .failure(let failure) where known.isEmpty:
      throw .temporary("the host \"\(host)\" cannot be resolved: \(failure.why)")
    case nil where known.isEmpty: throw .temporary("the addresses of the host \"\(host)\" were not found in time")
    default: return known
    }
  }

  private func outcome(until deadline: Deadline) -> Outcome? {
    if DataSets.mayBlock {
      let outcome = find()
      keep(outcome)
      return outcome
    }
    let search = search()
    // If addresses are known, half the time is left to try them.
    let half = Deadline(in: deadline.remaining / 2)
    let end = state.withLock { $0.known.isEmpty } ? deadline : half
    guard search.event >= 0 else { return nil }
    while !SocketWait.isReady(search.event, POLLIN, until: end), !end.isOver {}
    return search.outcome.withLock { $0 }
  }

  /// Returns the lookup in progress, or starts a new one.
  private func search() -> Search {
    let (search, isNew) = state.withLock { state in
      if let search = state.search { return (search, false) }
      let search = Search()
      state.search = search
      return (search, true)
    }
    guard isNew else { return search }
    let thread = NIOThreadPool(numberOfThreads: 1)
    thread.start()
    thread.submit { [self] _ in
      let outcome = find()
      keep(outcome)
      search.end(outcome)
      thread.shutdownGracefully { _ in }
    }
    return search
  }

  private func keep(_ outcome: Outcome) {
    state.withLock { state in
      state.search = nil
      if case .success(let addresses) = outcome, !addresses.isEmpty { state.known = addresses }
    }
  }
}
