#if MariaDB
  internal import CMariaDB
  internal import Glibc

  /// Deadlines for libmariadb: the library calls back whenever a socket is not ready, and gives up when the callback
  /// reports that the deadline of the thread has passed. The library's own timeouts are in whole seconds, and restart
  /// with every byte.
  enum MariaDBWait {
    /// Runs work with the library that ends by a deadline.
    static func until<Result: ~Copyable>(_ deadline: Deadline, _ work: () -> Result) -> Result {
      _ = unsafe pthread_setspecific(key, UnsafeRawPointer(bitPattern: Int(deadline.moment)))
      let signals = PipeSignal()
      defer {
        signals.allow()
        pthread_setspecific(key, nil)
      }
      return work()
    }

    /// For `MARIADB_OPT_IO_WAIT`: returns a positive number if the socket is ready, and 0 after the deadline.
    static let callback: @convention(c) (CInt, my_bool, CInt) -> CInt = { descriptor, isRead, _ in
      let moment = Int(bitPattern: unsafe pthread_getspecific(MariaDBWait.key))
      // On a blocking socket, OpenSSL would wait within the read instead of returning to the library.
      MariaDBWait.makeNonBlocking(descriptor)
      let deadline = Deadline(moment: Int64(moment))
      let isReady =
        !deadline.isOver
        && SQLWait.wait(for: descriptor, reading: isRead != 0, writing: isRead == 0, until: deadline)
      if !isReady { errno = ETIMEDOUT }
      return isReady ? 1 : 0
    }

    static func makeNonBlocking(_ descriptor: CInt) {
      let flags = fcntl(descriptor, F_GETFL)
      if flags >= 0, flags & O_NONBLOCK == 0 { _ = fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) }
    }

    /// The deadline of a thread: milliseconds of the monotonic clock.
    private static let key: pthread_key_t = {
      var key = pthread_key_t()
      _ = unsafe pthread_key_create(&key, nil)
      return key
    }()
  }

  /// Blocks SIGPIPE in this thread: OpenSSL writes to sockets without suppressing the signal.
  private struct PipeSignal {
    private var before = sigset_t()
    private let wasPending: Bool

    init() {
      var set = Self.pipe
      wasPending = Self.isPending
      _ = unsafe pthread_sigmask(SIG_BLOCK, &set, &before)
    }

    /// Discards a SIGPIPE that was raised in the meantime, and unblocks the signal.
    func allow() {
      var (set, before) = (Self.pipe, before)
      var none = timespec()
      if !wasPending, Self.isPending { _ = unsafe sigtimedwait(&set, nil, &none) }
      _ = unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
    }

    private static var isPending: Bool {
      var set = sigset_t()
      _ = unsafe sigpending(&set)
      return unsafe sigismember(&set, SIGPIPE) == 1
    }

    private static var pipe: sigset_t {
      var set = sigset_t()
      _ = unsafe sigemptyset(&set)
      _ = unsafe sigaddset(&set, SIGPIPE)
      return set
    }
  }
#endif
