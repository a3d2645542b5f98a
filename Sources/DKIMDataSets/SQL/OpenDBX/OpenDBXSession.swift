#if OpenDBX
  internal import COpenDBX
  internal import DKIMConfiguration
  internal import Glibc
  internal import Synchronization

  /// A connection of OpenDBX.
  @safe final class OpenDBXSession {
    private let handle: OpaquePointer
    let server: SQLServer
    private var isBound = false
    /// After a failure, the state of the connection is unknown.
    private var hasFailed = false

    init(_ name: DataSourceName, until deadline: Deadline) throws(DataSetError) {
      let location = name.host + (name.host.isEmpty || name.database.isEmpty ? "" : " ") + name.database
      server = SQLServer(named: "\(name.backend) at \(location) through OpenDBX")
      try OpenDBXBackends.load(name, server)
      var created: OpaquePointer?
      let port = name.port.map { "\($0)" }
      let result = unsafe odbx_init(&created, name.backend, name.host, port)
      // After a failure, the handle must not be used.
      guard result >= 0, let handle = unsafe created else {
        throw OpenDBXBackends.failure(result, name.backend, server)
      }
      unsafe self.handle = unsafe handle
      var seconds = CInt(clamping: max(1, deadline.remaining / 1000))
      // Not every backend supports this option.
      _ = unsafe odbx_set_option(handle, ODBX_OPT_CONNECT_TIMEOUT.rawValue, &seconds)
      let bound = unsafe odbx_bind(
        handle, name.database, name.user, name.password, CInt(bitPattern: ODBX_BIND_SIMPLE.rawValue))
      guard bound >= 0 else { throw server.temporary(text(of: bound)) }
      isBound = true
    }

    deinit {
      if isBound { _ = unsafe odbx_unbind(handle) }
      _ = unsafe odbx_finish(handle)
    }

    /// Escapes a key for use between single quotes. For backends without their own rules, the library also doubles
    /// backslashes, so that some databases do not find keys that contain one.
    func escaped(_ key: String) throws(DataSetError) -> String {
      let bytes = Array(key.utf8).map { CChar(bitPattern: $0) }
      // The library checks the size of its input, not of its output, so the buffer must fit the longest output.
      var result = [CChar](repeating: 0, count: 2 * bytes.count + 2)
      var count = UInt(result.count)
      let status = unsafe odbx_escape(handle, bytes, UInt(bytes.count), &result, &count)
      guard status >= 0, count < result.count else { throw failure(status) }
      return String(decoding: result.prefix(Int(count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Executes a statement, and passes the first `limit` rows to `body`. After an error the session cannot be used
    /// again, because unread rows would be treated as the result of the next statement.
    func ask(
      _ statement: SQLStatement, limit: Int, until deadline: Deadline,
      _ body: ([String?]) throws(DataSetError) -> Void
    ) throws(DataSetError) {
      if hasFailed { throw server.temporary("the connection failed earlier") }
      do throws(DataSetError) {
        try answer(statement, limit: limit, until: deadline, body)
      } catch {
        hasFailed = true
        throw error
      }
    }

    private func answer(
      _ statement: SQLStatement, limit: Int, until deadline: Deadline,
      _ body: ([String?]) throws(DataSetError) -> Void
    ) throws(DataSetError) {
      let asked = unsafe odbx_query(handle, statement.text, UInt(statement.text.utf8.count))
      guard asked >= 0 else { throw failure(asked) }
      var remaining = limit
      while true {
        var result: OpaquePointer?
        var timeout = timeval(tv_sec: deadline.remaining / 1000, tv_usec: deadline.remaining % 1000 * 1000)
        let status = unsafe odbx_result(handle, &result, &timeout, 0)
        guard status >= 0 else { throw failure(status) }
        switch UInt32(status) {
        case ODBX_RES_DONE.rawValue: return
        // One backend reports a timeout for errors, too.
        case ODBX_RES_TIMEOUT.rawValue: throw server.temporary("no result was received")
        default:
          guard let result = unsafe result else { continue }
          defer { _ = unsafe odbx_result_finish(result) }
          if UInt32(status) == ODBX_RES_ROWS.rawValue { try unsafe read(result, &remaining, deadline, body) }
        }
      }
    }

    private func read(
      _ result: OpaquePointer, _ remaining: inout Int, _ deadline: Deadline,
      _ body: ([String?]) throws(DataSetError) -> Void
    ) throws(DataSetError) {
      let count = Int(unsafe odbx_column_count(result))
      guard count <= DataSourceName.maximumColumns + 1 else { throw SQLValue.tooManyColumns(count, server) }
      while remaining > 0 {
        let status = unsafe odbx_row_fetch(result)
        guard status >= 0 else { throw failure(status) }
        if UInt32(status) == ODBX_ROW_DONE.rawValue { return }
        if deadline.isOver { throw server.timeoutError }
        var columns: [String?] = []
        for column in 0..<count { columns.append(try unsafe value(result, column)) }
        try body(columns)
        remaining -= 1
      }
    }

    private func value(_ result: OpaquePointer, _ column: Int) throws(DataSetError) -> String? {
      let length = Int(clamping: unsafe odbx_field_length(result, UInt(column)))
      guard let start = unsafe odbx_field_value(result, UInt(column)) else { return nil }
      guard length <= StoreLimits.longestValue else { throw SQLValue.tooLong(length, column: column, server) }
      return unsafe String(decoding: UnsafeRawBufferPointer(start: start, count: length), as: UTF8.self)
    }

    /// - Parameter status: the value returned by a function of the library.
    private func failure(_ status: CInt) -> DataSetError {
      hasFailed = true
      let text = text(of: status)
      // Negative: the connection can no longer be used.
      guard unsafe odbx_error_type(handle, status) > 0 else { return server.temporary(text) }
      return server.unusable(text, fix: "check table=, keycol=, datacol= and filter= in the dsn: name")
    }

    private func text(of status: CInt) -> String {
      unsafe odbx_error(handle, status).map { unsafe String(cString: $0) } ?? "error \(status)"
    }
  }

  /// The backend libraries. They are loaded once and never unloaded: some leave threads behind that need them.
  enum OpenDBXBackends {
    private static let loaded = Mutex<Set<String>>([])

    static func load(_ name: DataSourceName, _ server: SQLServer) throws(DataSetError) {
      let result = loaded.withLock { loaded -> CInt in
        guard !loaded.contains(name.backend) else { return 0 }
        var handle: OpaquePointer?
        let result = unsafe odbx_init(&handle, name.backend, name.host, nil)
        if result >= 0 { loaded.insert(name.backend) }
        return result
      }
      guard result >= 0 else { throw failure(result, name.backend, server) }
    }

    static func failure(_ status: CInt, _ backend: String, _ server: SQLServer) -> DataSetError {
      if status == -CInt(bitPattern: ODBX_ERR_NOTEXIST.rawValue) {
        return server.unusable("OpenDBX has no backend \"\(backend)\"", fix: "install libopendbx1-\(backend)")
      }
      let text = unsafe odbx_error(nil, status).map { unsafe String(cString: $0) } ?? "error \(status)"
      return server.temporary(text)
    }
  }
#endif
