#if Erlang
  internal import CErlang
  internal import DKIMConfiguration
  internal import Glibc
  internal import Synchronization

  /// The initialization of libei, done once.
  enum ErlangLibrary {
    /// The error of the initialization; `nil` for success.
    static let problem: DataSetError? = {
      let code = withModerateLimit { ei_init() }
      return code == 0 ? nil : .unusable("libei cannot be used (error \(code))")
    }()

    /// Runs `body` with a moderate limit on descriptors. libei allocates a table with an entry for every possible
    /// descriptor, which may be a billion. Here only the entries of ``ErlangNumbers`` are used, because libei opens no
    /// sockets itself.
    private static func withModerateLimit(_ body: () -> CInt) -> CInt {
      let most: rlim_t = 1 << 16
      var limit = rlimit()
      guard unsafe getrlimit(CInt(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur > most else { return body() }
      var moderate = limit
      moderate.rlim_cur = most
      guard unsafe setrlimit(CInt(RLIMIT_NOFILE.rawValue), &moderate) == 0 else { return body() }
      defer { _ = unsafe setrlimit(CInt(RLIMIT_NOFILE.rawValue), &limit) }
      return body()
    }
  }

  /// Numbers for connections to Erlang nodes: each is the end of the node name that this process uses for a connection,
  /// and an index into libei's table of descriptors.
  ///
  /// The remote node remembers every name that it has seen until it is stopped, so names are reused. The number used
  /// longest ago is taken first, because the remote node may not have noticed yet that an old connection is closed.
  final class ErlangNumbers: Sendable {
    static let shared = ErlangNumbers(count: 256)

    private struct State {
      var isTaken: [Bool]
      var next = 0
    }

    private let state: Mutex<State>

    init(count: Int) { state = Mutex(State(isTaken: Array(repeating: false, count: count))) }

    /// Takes a free number; `nil` if all are in use.
    func take() -> Int? {
      state.withLock { state in
        let count = state.isTaken.count
        let from = state.next
        guard let number = (from..<from + count).map({ $0 % count }).first(where: { !state.isTaken[$0] }) else {
          return nil
        }
        state.isTaken[number] = true
        state.next = (number + 1) % count
        return number
      }
    }

    func free(_ number: Int) { state.withLock { $0.isTaken[number] = false } }
  }
#endif
