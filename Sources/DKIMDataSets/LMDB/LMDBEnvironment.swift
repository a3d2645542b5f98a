#if LMDB
  internal import CLMDB
  internal import DKIMConfiguration
  internal import Glibc
  internal import Synchronization

  /// An open environment of the library, used by one thread at a time. Each lookup reads the current state of the
  /// database.
  @safe final class LMDBEnvironment: Sendable {
    /// The error code of the library.
    struct Failure: Error {
      let number: CInt

      var isForbidden: Bool { [EACCES, EPERM, EROFS, ENOLCK].contains(number) }
      var text: String {
        guard let text = unsafe mdb_strerror(number) else { return "error \(number)" }
        return unsafe String(cString: text)
      }
    }

    /// `Sendable` although it contains pointers: they are used only under the mutex.
    @safe private struct State: @unchecked Sendable {
      let environment: OpaquePointer
      let transaction: OpaquePointer
      let database: MDB_dbi
      let descriptor: CInt
      let isLocked: Bool
      /// The largest file size seen so far; a valid file never shrinks.
      var size: off_t = 0
      var isOpen = true
    }

    /// Maximum length of a stored key; bytes.
    private static let longestKey = 511

    /// False if readers are not registered, so that a writer may reuse pages that are being read.
    var isLocked: Bool { state.withLock { $0.isLocked } }
    private let state: Mutex<State>

    init(_ location: LMDBPlace, locks: Bool) throws(Failure) {
      state = Mutex(try Self.open(location, locks: locks))
    }

    deinit { close() }

    /// Closes the environment; it cannot be used again.
    func close() {
      state.withLock { state in
        guard state.isOpen else { return }
        state.isOpen = false
        Self.close(state)
      }
    }

    /// Reopens the environment with locks, if it has none and the file has not been replaced. Otherwise the environment
    /// stays as it is.
    ///
    /// - Returns: whether it has locks now.
    func lock(_ location: LMDBPlace) -> Bool {
      state.withLock { state in
        guard state.isOpen, !state.isLocked else { return state.isLocked }
        guard Self.size(state, location).map({ $0 >= state.size }) == true,
          let locked = try? Self.open(location, locks: true)
        else { return false }
        let isSame = Self.size(locked, location) != nil
        Self.close(isSame ? state : locked)
        if isSame { state = locked }
        return isSame
      }
    }

    private static func close(_ state: State) {
      unsafe mdb_txn_abort(state.transaction)
      unsafe mdb_env_close(state.environment)
    }

    /// Returns the size of the open file; `nil` if it is not the file at `place`.
    private static func size(_ state: State, _ location: LMDBPlace) -> off_t? {
      var status = stat()
      guard unsafe fstat(state.descriptor, &status) == 0, UInt64(status.st_dev) == location.device,
        UInt64(status.st_ino) == location.inode
      else { return nil }
      return status.st_size
    }

    private static func open(_ location: LMDBPlace, locks: Bool) throws(Failure) -> State {
      guard locks, geteuid() == 0 else { return try openAsSelf(location, locks: locks) }
      return try LMDBLockOwner(location).perform(location) { () throws(Failure) in try openAsSelf(location, locks: true)
      }
    }

    private static func openAsSelf(_ location: LMDBPlace, locks: Bool) throws(Failure) -> State {
      var created: OpaquePointer?
      try check(unsafe mdb_env_create(&created))
      guard let environment = unsafe created else { throw Failure(number: ENOMEM) }
      var flags = UInt32(MDB_RDONLY | MDB_NOTLS)
      if !location.isFolder { flags |= UInt32(MDB_NOSUBDIR) }
      if !locks { flags |= UInt32(MDB_NOLOCK) }
      var transaction: OpaquePointer?
      do throws(Failure) {
        try check(unsafe mdb_env_open(environment, location.path, flags, location.permissions))
        if locks { unsafe mdb_reader_check(environment, nil) }
        try check(unsafe mdb_txn_begin(environment, nil, UInt32(MDB_RDONLY), &transaction))
        guard let transaction = unsafe transaction else { throw Failure(number: ENOMEM) }
        var database: MDB_dbi = 0
        try check(unsafe mdb_dbi_open(transaction, nil, 0, &database))
        var descriptor: CInt = -1
        try check(unsafe mdb_env_get_fd(environment, &descriptor))
        unsafe mdb_txn_reset(transaction)
        return unsafe State(
          environment: environment, transaction: transaction, database: database, descriptor: descriptor,
          isLocked: locks)
      } catch {
        if let transaction = unsafe transaction { unsafe mdb_txn_abort(transaction) }
        unsafe mdb_env_close(environment)
        throw error
      }
    }

    /// Runs `body` in a read transaction on the current state.
    private func read<Result>(
      _ body: (borrowing State) throws(DataSetError) -> Result
    ) throws(DataSetError) -> Result {
      let result = state.withLock { state -> Swift.Result<Result, DataSetError> in
        do throws(DataSetError) {
          try Self.begin(&state)
          defer { unsafe mdb_txn_reset(state.transaction) }
          return .success(try body(state))
        } catch {
          return .failure(error)
        }
      }
      return try result.get()
    }

    private static func begin(_ state: inout State) throws(DataSetError) {
      guard state.isOpen else { throw .unusable("the database is closed") }
      var status = stat()
      guard unsafe fstat(state.descriptor, &status) == 0, status.st_size >= state.size else {
        // Reading beyond the end of the mapped file would end the process.
        throw .unusable("the file was truncated while in use; replace it with a complete file using mv, and reload")
      }
      state.size = status.st_size
      var result = unsafe mdb_txn_renew(state.transaction)
      if result == MDB_MAP_RESIZED {
        // A writer has enlarged the database.
        result = unsafe mdb_env_set_mapsize(state.environment, 0)
        if result == 0 { result = unsafe mdb_txn_renew(state.transaction) }
      }
      if result == MDB_READERS_FULL {
        unsafe mdb_reader_check(state.environment, nil)
        result = unsafe mdb_txn_renew(state.transaction)
      }
      guard result == 0 else { throw error(result) }
    }

    /// Checks the current rows.
    func contents() throws(FileDamage) -> LMDBCheck.Contents {
      let result = try? read { state throws(DataSetError) -> Result<LMDBCheck.Contents, FileDamage> in
        let reader = FileReader(descriptor: state.descriptor)
        let transaction = unsafe UInt64(mdb_txn_id(state.transaction))
        do throws(FileDamage) {
          let heads = try LMDBHead.both(reader.bytes)
          guard let head = heads.first(where: { $0.transaction == transaction }) else {
            throw FileDamage("changes too often to be checked")
          }
          return .success(try LMDBCheck.contents(head, reader.bytes))
        } catch {
          return .failure(error)
        }
      }
      guard let result else { throw FileDamage("cannot be read") }
      return try result.get()
    }

    func value(of key: Span<UInt8>) throws(DataSetError) -> String? {
      guard 1...Self.longestKey ~= key.count else { return nil }
      return try unsafe key.withUnsafeBytes { bytes throws(DataSetError) in
        try read { state throws(DataSetError) in try unsafe Self.value(of: bytes, state) }
      }
    }

    private static func value(of key: UnsafeRawBufferPointer, _ state: State) throws(DataSetError) -> String? {
      var wanted = unsafe MDB_val(mv_size: key.count, mv_data: UnsafeMutableRawPointer(mutating: key.baseAddress))
      var found = unsafe MDB_val()
      let result = unsafe mdb_get(state.transaction, state.database, &wanted, &found)
      if result == MDB_NOTFOUND || result == MDB_BAD_VALSIZE { return nil }
      guard result == 0 else { throw error(result) }
      return try unsafe StoredText.read(bytes(found))
    }

    /// Returns the first rows in the order of their keys.
    func rows(limit: Int) throws(DataSetError) -> [DataSetRow] {
      try read { state throws(DataSetError) in
        var cursor: OpaquePointer?
        let opened = unsafe mdb_cursor_open(state.transaction, state.database, &cursor)
        guard opened == 0, let cursor = unsafe cursor else { throw Self.error(opened) }
        defer { unsafe mdb_cursor_close(cursor) }
        var rows: [DataSetRow] = []
        var (key, value) = unsafe (MDB_val(), MDB_val())
        while rows.count < limit {
          let result = unsafe mdb_cursor_get(cursor, &key, &value, MDB_NEXT)
          if result == MDB_NOTFOUND { break }
          guard result == 0 else { throw Self.error(result) }
          rows.append(
            DataSetRow(
              key: try unsafe StoredText.read(Self.bytes(key)),
              value: .text(try unsafe StoredText.read(Self.bytes(value))), location: nil))
        }
        return rows
      }
    }

    private static func bytes(_ item: MDB_val) -> UnsafeRawBufferPointer {
      unsafe UnsafeRawBufferPointer(start: item.mv_data, count: item.mv_data == nil ? 0 : item.mv_size)
    }

    private static func error(_ result: CInt) -> DataSetError {
      let text = "the database cannot be read: \(Failure(number: result).text)"
      return result == MDB_READERS_FULL || result == EINTR || result == ENOMEM ? .temporary(text) : .unusable(text)
    }

    private static func check(_ result: CInt) throws(Failure) {
      guard result == 0 else { throw Failure(number: result) }
    }
  }
#endif
