#if PostgreSQL
  internal import CPostgreSQL
  internal import DKIMConfiguration
  internal import Glibc

  /// A connection of libpq that never waits within the library: each step waits for the socket here, until a deadline.
  @safe final class PostgreSQLSession {
    private let connection: OpaquePointer
    let server: SQLServer

    /// Connects, and returns when the server has let the user in.
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
      // Notices would go to standard error; states are in the texts of errors only where they are verbose.
      _ = unsafe PQsetNoticeReceiver(connection, { _, _ in }, nil)
      _ = unsafe PQsetErrorVerbosity(connection, PQERRORS_VERBOSE)
      try connect(until: deadline)
    }

    deinit { unsafe PQfinish(connection) }

    /// Of the library: 16.2 is 160002.
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

    // MARK: Questions

    private static let statement = "look-up"

    /// Has the server read a statement, and tells what its key and its columns are.
    func prepare(_ statement: SQLStatement, until deadline: Deadline) throws(DataSetError) -> PostgreSQLResult {
      try description(of: statement, 1, named: Self.statement, until: deadline)
    }

    /// Throws where a question has other parameters than those that it is given values for.
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

    /// What the server makes of a key alone, be it an error; no row has a part in it.
    func read(_ key: String, as type: UInt32, until deadline: Deadline) throws(DataSetError) -> PostgreSQLResult {
      let status = unsafe key.withCString { key in
        unsafe PQsendQueryParams(connection, "SELECT $1 IS NULL", 1, [type], [key], nil, nil, 0)
      }
      try send(status)
      return try results(until: deadline)
    }

    /// The first row that the prepared statement finds for a key, or an error; `nil` is NULL, which is no row's key.
    func look(_ key: String?, until deadline: Deadline) throws(DataSetError) -> PostgreSQLResult {
      guard let key else {
        try send(unsafe PQsendQueryPrepared(connection, Self.statement, 1, [nil], nil, nil, 0))
        return try firstResult(until: deadline)
      }
      let status = unsafe key.withCString { key in
        unsafe PQsendQueryPrepared(connection, Self.statement, 1, [key], nil, nil, 0)
      }
      try send(status)
      let result = try firstResult(until: deadline)
      // The table has been made anew with other columns; a connection made anew reads it.
      if result.state == "0A000" { throw server.temporary(result.message) }
      return result
    }

    /// Asks a question that has no key, and hands over row after row. After an error the others are received and
    /// dropped, so that the connection can be used again.
    func walk(
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

    // MARK: Octets

    private var text: String { unsafe PQerrorMessage(connection).map { unsafe String(cString: $0) } ?? "" }

    private func send(_ status: CInt) throws(DataSetError) {
      guard status == 1 else { throw server.temporary(text) }
    }

    /// The last of the results of what has been sent; an error before.
    private func results(until deadline: Deadline) throws(DataSetError) -> PostgreSQLResult {
      try flush(until: deadline)
      var last: PostgreSQLResult?
      while let result = try next(until: deadline) {
        if last?.isError != true { last = result }
      }
      guard let last else { throw server.temporary("the connection was lost") }
      return last
    }

    /// The first of them, or an error. One row at a time is received, however many the server sends.
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
        // A server that is busy sending reads nothing until its octets are taken.
        try send(unsafe PQconsumeInput(connection))
      }
    }

    private func next(until deadline: Deadline) throws(DataSetError) -> PostgreSQLResult? {
      // A server may send without a pause.
      if deadline.isOver { throw server.isLate }
      while unsafe PQisBusy(connection) == 1 {
        try wait(writing: false, reading: true, deadline)
        try send(unsafe PQconsumeInput(connection))
      }
      return unsafe PQgetResult(connection).map { unsafe PostgreSQLResult(owning: $0) }
    }

    private func wait(writing: Bool, reading: Bool, _ deadline: Deadline) throws(DataSetError) {
      let descriptor = unsafe PQsocket(connection)
      guard SQLWait.wait(for: descriptor, reading: reading, writing: writing, until: deadline) else {
        throw server.isLate
      }
    }
  }
#endif
