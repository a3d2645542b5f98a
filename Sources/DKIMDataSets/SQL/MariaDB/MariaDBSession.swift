#if MariaDB
  internal import CMariaDB
  internal import DKIMConfiguration
  internal import Glibc

  /// A connection of libmariadb, closed when the object is deallocated.
  @safe final class MariaDBSession {
    private let connection: UnsafeMutablePointer<MYSQL>
    let server: SQLServer

    init(_ server: SQLServer) throws(DataSetError) {
      guard Self.library, let connection = unsafe mysql_init(nil) else { throw server.temporary("out of memory") }
      unsafe self.connection = unsafe connection
      self.server = server
    }

    deinit {
      // The closing message is sent immediately or not at all.
      MariaDBWait.until(Deadline(in: 0)) { unsafe mysql_close(connection) }
    }

    /// Initializes the library once, before the first connection.
    private static let library = mysql_server_init(0, nil, nil) == 0

    /// - Parameter address: the numeric address of the host; `nil`: its name is used.
    func connect(
      _ name: DataSourceName, _ options: DataSetOptions, address: String?, until deadline: Deadline
    ) throws(DataSetError) {
      unsafe MariaDBOptions(connection: connection).apply(name, options, until: deadline)
      let socket = name.host.hasPrefix("/") ? name.host : nil
      // The certificate is checked against the host name, so the library gets the name and looks it up again.
      let host = name.host.isEmpty || socket != nil ? nil : name.tls == .yes ? name.host : address ?? name.host
      let isConnected = MariaDBWait.until(deadline) {
        unsafe mysql_real_connect(
          connection, host, name.user, name.password, name.database, UInt32(name.port ?? 0), socket, 0) != nil
      }
      guard isConnected else { throw deadline.isOver ? server.timeoutError : error() }
      let descriptor = CInt(truncatingIfNeeded: unsafe mysql_get_socket(connection))
      MariaDBWait.makeNonBlocking(descriptor)
      if socket == nil { Keepalive.standard.set(on: descriptor) }
      // If a server has no TLS, the library continues without encryption.
      let isEncrypted = unsafe mysql_get_ssl_cipher(connection) != nil
      guard isEncrypted || name.tls == nil || name.tls == .no else {
        throw server.unusable("the server does not support TLS", fix: "set up TLS on the server, or write tls=no")
      }
    }

    func prepare(_ statement: SQLStatement, until deadline: Deadline) throws(DataSetError) -> MariaDBStatement {
      guard let prepared = unsafe mysql_stmt_init(connection) else { throw error() }
      return try unsafe MariaDBStatement(owning: prepared, statement, self, until: deadline)
    }

    /// Executes a statement without a key, and passes each row to `body`. After an error in `body`, the remaining rows
    /// are received and dropped, so that the connection stays usable.
    func listRows(
      _ statement: SQLStatement, until deadline: Deadline, _ body: (MariaDBRow) throws(DataSetError) -> Void
    ) throws(DataSetError) {
      let result = unsafe MariaDBWait.until(deadline) { () -> UnsafeMutablePointer<MYSQL_RES>? in
        guard unsafe mysql_real_query(connection, statement.text, UInt(statement.text.utf8.count)) == 0 else {
          return nil
        }
        return unsafe mysql_use_result(connection)
      }
      guard let result = unsafe result else { throw deadline.isOver ? server.timeoutError : error() }
      var problem: DataSetError?
      while let row = unsafe next(of: result, until: deadline) {
        // A server may send rows without a pause.
        if deadline.isOver {
          problem = server.timeoutError
          shutDown()
          break
        }
        guard problem == nil else { continue }
        do throws(DataSetError) { try body(row) } catch { problem = error }
      }
      let isComplete = unsafe mysql_errno(connection) == 0
      MariaDBWait.until(deadline) { unsafe mysql_free_result(result) }
      guard isComplete else { throw deadline.isOver ? server.timeoutError : error() }
      if let problem { throw problem }
    }

    /// Shuts the socket down, so that every later call fails immediately.
    func shutDown() {
      _ = Glibc.shutdown(CInt(truncatingIfNeeded: unsafe mysql_get_socket(connection)), CInt(SHUT_RDWR))
    }

    private func next(of result: UnsafeMutablePointer<MYSQL_RES>, until deadline: Deadline) -> MariaDBRow? {
      guard let row = unsafe MariaDBWait.until(deadline, { unsafe mysql_fetch_row(result) }) else { return nil }
      return unsafe MariaDBRow(row, mysql_fetch_lengths(result), count: Int(mysql_num_fields(result)))
    }

    private func error() -> DataSetError {
      MariaDBFailure.error(
        unsafe mysql_errno(connection), unsafe String(cString: mysql_sqlstate(connection)),
        unsafe String(cString: mysql_error(connection)), server)
    }
  }

  /// The row that the library received last; valid until the next one.
  @safe struct MariaDBRow {
    private let row: MYSQL_ROW
    private let lengths: UnsafeMutablePointer<UInt>?
    let count: Int

    init(_ row: MYSQL_ROW, _ lengths: UnsafeMutablePointer<UInt>?, count: Int) {
      unsafe (self.row, self.lengths, self.count) = unsafe (row, lengths, count)
    }

    func value(_ column: Int, _ server: SQLServer) throws(DataSetError) -> String? {
      guard column < count, let start = unsafe row[column], let lengths = unsafe lengths else { return nil }
      let length = Int(clamping: unsafe lengths[column])
      guard length <= StoreLimits.longestValue else { throw SQLValue.tooLong(length, column: column, server) }
      return unsafe String(decoding: UnsafeRawBufferPointer(start: start, count: length), as: UTF8.self)
    }
  }
#endif
