#if PostgreSQL
  internal import CPostgreSQL
  internal import DKIMConfiguration
  internal import Glibc

  /// A connection of libpq that never blocks in the library: each step waits for the socket here, until a deadline.
  @safe final class PostgreSQLSession {
    private let connection: OpaquePointer
    let server: SQLServer

    /// Connects and logs in.
    init(
      _ settings: [(name: String, value: String)], _ server: SQLServer, until deadline: Deadline
    ) throws(DataSetError) {
      let names = unsafe settings.map { unsafe strdup($0.name) }
      let values = unsafe settings.map { unsafe strdup($0.value) }
      defer { unsafe (names + values).forEach { unsafe free($0) } }
      let namePointers = unsafe names.map { unsafe UnsafePointer($0) } + [nil]
      let valuePointers = unsafe values.map { unsafe UnsafePointer($0) } + [nil]
      guard let connection = unsafe PQconnectStartParams(namePointers, valuePointers, 0) else {
        throw server.temporary("out of memory")
      }
      unsafe self.connection = unsafe connection
      self.server = server
      // By default, notices go to standard error. Error texts contain the SQLSTATE only in verbose mode.
      _ = unsafe PQsetNoticeReceiver(connection, { _, _ in }, nil)
      _ = unsafe PQsetErrorVerbosity(connection, PQERRORS_VERBOSE)
      try connect(until: deadline)
    }

    deinit { unsafe PQfinish(connection) }

    /// The version of the library: 160002 for 16.2.
    static var libraryVersion: Int { Int(PQlibVersion()) }

    private func connect(until deadline: Deadline) throws(DataSetError) {
      guard unsafe PQstatus(connection) != CONNECTION_BAD else { throw PostgreSQLFailure.connecting(text, server) }
      var wanted = PGRES_POLLING_WRITING
      while wanted != PGRES_POLLING_OK {
        guard wanted != PGRES_POLLING_FAILED else { throw PostgreSQLFailure.connecting(text, server) }
        try wait(writing: wanted == PGRES_POLLING_WRITING, reading: wanted == PGRES_POLLING_READING, deadline)
        wanted = unsafe PQconnectPoll(connection)
      }
      _ = unsafe PQsetnonblocking(connection, 1)
    }

    // MARK: Queries

    private static let statement = "look-up"

    /// Prepares the lookup statement, and returns the description of its key and its columns.
    func prepare(_ statement: SQLStatement, until deadline: Deadline) throws(DataSetError) -> PostgreSQLResult {
      try description(of: statement, 1, named: Self.statement, until: deadline)
    }

    /// Throws if a statement does not have the expected number of parameters.
    func checkParameters(of statement: SQLStatement, _ count: Int, until deadline: Deadline) throws(DataSetError) {
      _ = try description(of: statement, count, named: "", until: deadline)
    }

    private func description(
      of statement: SQLStatement, _ parameters: Int, named name: String, until deadline: Deadline
    ) throws(DataSetError) -> PostgreSQLResult {
      try send(unsafe PQsendPrepare(connection, name, statement.text, 0, nil))
      _ = try checked(try results(until: deadline))
      try send(unsafe PQsendDescribePrepared(connection, name))
      let description = try checked(try results(until: deadline))
      guard description.parameterCount == parameters else { throw SQLValue.ownParameter(server) }
      return description
    }

    /// Sends a key alone, without reading any row, and returns the server's result, which may be an error.
    func read(_ key: String, as type: UInt32, until deadline: Deadline) throws(DataSetError) -> PostgreSQLResult {
      let status = unsafe key.withCString { key in
        unsafe PQsendQueryParams(connection, "SELECT $1 IS NULL", 1, [type], [key], nil, nil, 0)
      }
      try send(status)
      return try results(until: deadline)
    }

    /// Returns the first row that the prepared statement finds for a key, or an error. A `nil` key is sent as NULL,
    /// which no row matches.
    func lookUp(_ key: String?, until deadline: Deadline) throws(DataSetError) -> PostgreSQLResult {
      guard let key else {
        try send(unsafe PQsendQueryPrepared(connection, Self.statement, 1, [nil], nil, nil, 0))
        return try firstResult(until: deadline)
      }
      let status = unsafe key.withCString { key in
        unsafe PQsendQueryPrepared(connection, Self.statement, 1, [key], nil, nil, 0)
      }
      try send(status)
      let result = try firstResult(until: deadline)
      // The table was recreated with other columns; a new connection can read it.
      if result.state == "0A000" { throw server.temporary(result.message) }
      return result
    }

    /// Executes a statement without a key, and passes each row to `body`. After an error in `body`, the remaining rows
    /// are received and dropped, so that the connection stays usable.
    func listRows(
      _ statement: SQLStatement, until deadline: Deadline, _ body: (PostgreSQLResult) throws(DataSetError) -> Void
    ) throws(DataSetError) {
      try send(unsafe PQsendQueryParams(connection, statement.text, 0, nil, nil, nil, nil, 0))
      _ = unsafe PQsetSingleRowMode(connection)
      var problem: DataSetError?
      try flush(until: deadline)
      while let result = try next(until: deadline) {
        guard problem == nil else { continue }
        do throws(DataSetError) { try body(try checked(result)) } catch { problem = error }
      }
      if let problem { throw problem }
    }

    func checked(_ result: PostgreSQLResult) throws(DataSetError) -> PostgreSQLResult {
      guard result.isError else { return result }
      guard let state = result.state else { throw server.temporary(result.message) }
      throw PostgreSQLFailure.error(state, result.message, server)
    }

    // MARK: Input and output

    private var text: String { unsafe PQerrorMessage(connection).map { unsafe String(cString: $0) } ?? "" }

    private func send(_ status: CInt) throws(DataSetError) {
      guard status == 1 else { throw server.temporary(text) }
    }

    /// Returns the last result of the statement sent, or the first error.
    private func results(until deadline: Deadline) throws(DataSetError) -> PostgreSQLResult {
      try flush(until: deadline)
      var last: PostgreSQLResult?
      while let result = try next(until: deadline) {
        if last?.isError != true { last = result }
      }
      guard let last else { throw server.temporary("the connection was lost") }
      return last
    }

    /// Returns the first result, or an error. Rows are received one at a time, however many the server sends.
    private func firstResult(until deadline: Deadline) throws(DataSetError) -> PostgreSQLResult {
      _ = unsafe PQsetSingleRowMode(connection)
      try flush(until: deadline)
      var first: PostgreSQLResult?
      while let result = try next(until: deadline) {
        if first == nil || result.isError && first?.isError != true { first = result }
      }
      guard let first else { throw server.temporary("the connection was lost") }
      return first
    }

    private func flush(until deadline: Deadline) throws(DataSetError) {
      while true {
        switch unsafe PQflush(connection) {
        case 0: return
        case 1: try wait(writing: true, reading: true, deadline)
        default: throw server.temporary(text)
        }
        // A server that is busy sending does not read until its data has been received.
        try send(unsafe PQconsumeInput(connection))
      }
    }

    private func next(until deadline: Deadline) throws(DataSetError) -> PostgreSQLResult? {
      // A server may send rows without a pause.
      if deadline.isOver { throw server.timeoutError }
      while unsafe PQisBusy(connection) == 1 {
        try wait(writing: false, reading: true, deadline)
        try send(unsafe PQconsumeInput(connection))
      }
      return unsafe PQgetResult(connection).map { unsafe PostgreSQLResult(owning: $0) }
    }

    private func wait(writing: Bool, reading: Bool, _ deadline: Deadline) throws(DataSetError) {
      let descriptor = unsafe PQsocket(connection)
      guard SQLWait.wait(for: descriptor, reading: reading, writing: writing, until: deadline) else {
        throw server.timeoutError
      }
    }
  }
#endif
