#if MariaDB
  internal import CMariaDB
  internal import DKIMConfiguration
  internal import Glibc

  /// A prepared statement, with buffers for one row.
  @safe final class MariaDBStatement {
    private let statement: UnsafeMutablePointer<MYSQL_STMT>
    /// Must not be closed before the statement.
    private let session: MariaDBSession
    private let columns: UnsafeMutableBufferPointer<Column>
    private let binds: UnsafeMutableBufferPointer<MYSQL_BIND>

    /// The buffers to which the library writes a column.
    @safe private struct Column {
      var length: UInt = 0
      var isNull: my_bool = 0
      var isCut: my_bool = 0
      let room: UnsafeMutableRawPointer
    }

    /// Longest value that is fetched without a second call; bytes.
    private static let room = 4096

    init(
      owning statement: UnsafeMutablePointer<MYSQL_STMT>, _ text: SQLStatement, _ session: MariaDBSession,
      until deadline: Deadline
    ) throws(DataSetError) {
      unsafe self.statement = unsafe statement
      self.session = session
      let status = MariaDBWait.until(deadline) {
        unsafe mysql_stmt_prepare(statement, text.text, UInt(text.text.utf8.count))
      }
      let count = status == 0 ? Int(unsafe mysql_stmt_field_count(statement)) : 0
      unsafe columns = .allocate(capacity: count)
      unsafe binds = .allocate(capacity: count)
      for index in 0..<count { unsafe Self.bind(index, columns, binds) }
      guard status == 0 else { throw error(deadline) }
      guard count <= DataSourceName.maximumColumns else { throw SQLValue.tooManyColumns(count, server) }
      guard unsafe mysql_stmt_param_count(statement) == 1 else {
        throw SQLValue.ownParameter(server)
      }
    }

    private var server: SQLServer { session.server }

    deinit {
      MariaDBWait.until(Deadline(in: 0)) { _ = unsafe mysql_stmt_close(statement) }
      unsafe columns.forEach { unsafe $0.room.deallocate() }
      unsafe columns.deallocate()
      unsafe binds.deallocate()
    }

    /// Returns the columns of the first row for a key; `nil` if no row matches. Rows are received one at a time.
    func look(_ key: String, until deadline: Deadline) throws(DataSetError) -> [String?]? {
      try check(MariaDBWait.until(deadline) { execute(key) }, deadline)
      defer { MariaDBWait.until(deadline) { _ = unsafe mysql_stmt_free_result(statement) } }
      try check(CInt(unsafe mysql_stmt_bind_result(statement, binds.baseAddress)), deadline)
      guard try fetch(deadline) else { return nil }
      var row: [String?] = []
      var problem: DataSetError?
      do throws(DataSetError) {
        for index in unsafe columns.indices { row.append(try value(index, deadline)) }
      } catch {
        problem = error
      }
      // One row was requested. Any other row is not waited for.
      guard try !fetch(deadline) else {
        session.shutDown()
        throw server.temporary("the server sent more rows than requested")
      }
      if let problem { throw problem }
      return row
    }

    /// Fetches the next row; returns false after the last one.
    private func fetch(_ deadline: Deadline) throws(DataSetError) -> Bool {
      switch MariaDBWait.until(deadline, { unsafe mysql_stmt_fetch(statement) }) {
      case MYSQL_NO_DATA: return false
      case 0, MYSQL_DATA_TRUNCATED: return true
      default: throw error(deadline)
      }
    }

    private func execute(_ key: String) -> CInt {
      var key = key
      return key.withUTF8 { bytes in
        var length = UInt(bytes.count)
        var bind = unsafe MYSQL_BIND()
        unsafe bind.buffer_type = MYSQL_TYPE_STRING
        unsafe bind.buffer = UnsafeMutableRawPointer(mutating: bytes.baseAddress)
        unsafe bind.buffer_length = length
        return unsafe withUnsafeMutablePointer(to: &length) { length in
          unsafe bind.length = unsafe length
          guard unsafe mysql_stmt_bind_param(statement, &bind) == 0 else { return 1 }
          return unsafe mysql_stmt_execute(statement)
        }
      }
    }

    private func value(_ index: Int, _ deadline: Deadline) throws(DataSetError) -> String? {
      let (isNull, count) = unsafe (columns[index].isNull != 0, Int(clamping: columns[index].length))
      if isNull { return nil }
      guard count <= StoreLimits.longestValue else { throw SQLValue.tooLong(count, column: index, server) }
      if count <= Self.room {
        return unsafe String(decoding: UnsafeRawBufferPointer(start: columns[index].room, count: count), as: UTF8.self)
      }
      var bytes = [UInt8](repeating: 0, count: count)
      let status = unsafe bytes.withUnsafeMutableBytes { room in
        var length: UInt = 0
        var bind = unsafe MYSQL_BIND()
        unsafe bind.buffer_type = MYSQL_TYPE_STRING
        unsafe bind.buffer = room.baseAddress
        unsafe bind.buffer_length = UInt(count)
        return unsafe withUnsafeMutablePointer(to: &length) { length in
          unsafe bind.length = unsafe length
          return unsafe mysql_stmt_fetch_column(statement, &bind, UInt32(index), 0)
        }
      }
      try check(status, deadline)
      return String(decoding: bytes, as: UTF8.self)
    }

    private static func bind(
      _ index: Int, _ columns: UnsafeMutableBufferPointer<Column>, _ binds: UnsafeMutableBufferPointer<MYSQL_BIND>
    ) {
      let memory = UnsafeMutableRawPointer.allocate(byteCount: room, alignment: 1)
      unsafe columns.initializeElement(at: index, to: Column(room: memory))
      unsafe binds.initializeElement(at: index, to: MYSQL_BIND())
      guard let column = unsafe columns.baseAddress?.advanced(by: index) else { return }
      unsafe binds[index].buffer_type = MYSQL_TYPE_STRING
      unsafe binds[index].buffer = unsafe memory
      unsafe binds[index].buffer_length = UInt(room)
      unsafe binds[index].length = unsafe column.pointer(to: \.length)
      unsafe binds[index].is_null = unsafe column.pointer(to: \.isNull)
      unsafe binds[index].error = unsafe column.pointer(to: \.isCut)
    }

    private func check(_ status: CInt, _ deadline: Deadline) throws(DataSetError) {
      guard status == 0 else { throw error(deadline) }
    }

    private func error(_ deadline: Deadline) -> DataSetError {
      let code = unsafe mysql_stmt_errno(statement)
      // The connection was lost because this side gave up.
      if deadline.isOver, code >= 2000 { return server.timeoutError }
      return MariaDBFailure.error(
        code, unsafe String(cString: mysql_stmt_sqlstate(statement)),
        unsafe String(cString: mysql_stmt_error(statement)), server)
    }
  }
#endif
