#if SQLite
  internal import CSQLite
  internal import DKIMConfiguration

  /// An SQLite file opened for reading, with one prepared statement. No operation continues after its deadline.
  @safe final class SQLiteSession {
    private let database: OpaquePointer
    private var statement: SQLiteStatement?
    private let server: SQLServer
    /// The deadline that the progress handler of the library checks.
    private let deadlineMoment: UnsafeMutablePointer<Int64>

    /// Number of virtual machine steps between two calls of the progress handler.
    private static let stepsBetweenChecks: CInt = 1000

    init(_ path: String, until deadline: Deadline) throws(DataSetError) {
      server = SQLServer(named: "the SQLite file \(path)")
      var opened: OpaquePointer?
      let result = unsafe sqlite3_open_v2(path, &opened, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nil)
      guard result == SQLITE_OK, let database = unsafe opened else {
        let failure = unsafe SQLiteFailure(code: result, database: opened)
        _ = unsafe sqlite3_close_v2(opened)
        throw failure.error(server)
      }
      unsafe self.database = unsafe database
      unsafe deadlineMoment = .allocate(capacity: 1)
      unsafe deadlineMoment.initialize(to: deadline.moment)
      unsafe sqlite3_progress_handler(
        database, Self.stepsBetweenChecks, { unsafe SQLiteSession.isOver($0) }, deadlineMoment)
      setDeadline(deadline)
      // An untrusted file may contain views that do more than return rows.
      let pragmas = "PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA query_only=ON"
      var status = unsafe sqlite3_exec(database, pragmas, nil, nil, nil)
      if status == SQLITE_OK { status = unsafe csqlite_refuse_double_quoted_texts(database) }
      guard status == SQLITE_OK else { throw unsafe SQLiteFailure(code: status, database: database).error(server) }
    }

    deinit {
      statement = nil
      _ = unsafe sqlite3_close_v2(database)
      unsafe deadlineMoment.deallocate()
    }

    private static func isOver(_ deadlineMoment: UnsafeMutableRawPointer?) -> CInt {
      guard let deadlineMoment = unsafe deadlineMoment else { return 0 }
      return unsafe Deadline(moment: deadlineMoment.load(as: Int64.self)).isOver ? 1 : 0
    }

    private func setDeadline(_ deadline: Deadline) {
      unsafe deadlineMoment.pointee = deadline.moment
      _ = unsafe sqlite3_busy_timeout(database, CInt(clamping: deadline.remaining))
    }

    /// Prepares the lookup statement, and checks the statement that lists the rows.
    func prepare(_ statement: SQLStatement, _ listing: SQLStatement, until deadline: Deadline) throws(DataSetError) {
      setDeadline(deadline)
      _ = try unsafe SQLiteStatement(listing, parameters: 0, database, server)
      self.statement = try unsafe SQLiteStatement(statement, parameters: 1, database, server)
    }

    /// Returns the columns of the first row with a key; `nil` if no row matches.
    func lookUp(_ key: String, until deadline: Deadline) throws(DataSetError) -> [String?]? {
      setDeadline(deadline)
      guard let statement else { throw .unusable("no statement was prepared") }
      return try statement.lookUp(key)
    }

    /// Returns rows; the first column of the statement is the key.
    func listRows(
      _ statement: SQLStatement, limit count: Int, until deadline: Deadline
    ) throws(DataSetError) -> [DataSetRow] {
      setDeadline(deadline)
      let statement = try unsafe SQLiteStatement(statement, parameters: 0, database, server)
      var rows = SQLRows(limit: count)
      while rows.rows.count < count, let columns = try statement.next() {
        try rows.add(columns.first ?? nil, server) { Array(columns.dropFirst()) }
      }
      return rows.rows
    }
  }
#endif
