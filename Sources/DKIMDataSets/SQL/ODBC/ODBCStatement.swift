#if UnixODBC
  internal import CUnixODBC
  internal import DKIMConfiguration

  /// A prepared statement.
  @safe final class ODBCStatement {
    /// The encoding of texts.
    enum Encoding { case utf16, utf8 }

    var encoding = Encoding.utf16
    private let statement: ODBCHandle
    private let server: SQLServer
    private let columnCount: Int
    /// Buffer for values.
    private var buffer = [UInt16](repeating: 0, count: 4096)

    /// - Parameter parameters: number of parameters that the statement may have: 1 for the key, or 0.
    init(
      _ text: SQLStatement, parameters: SQLSMALLINT, _ connection: ODBCHandle, _ server: SQLServer, maximumColumns: Int
    ) throws(DataSetError) {
      statement = try ODBCHandle(.statement, of: connection, server)
      self.server = server
      var bytes = Array(text.text.utf16)
      try statement.check(
        unsafe SQLPrepareW(statement.handle, &bytes, SQLINTEGER(clamping: bytes.count)), server)
      var count: SQLSMALLINT = 0
      try statement.check(unsafe SQLNumResultCols(statement.handle, &count), server)
      columnCount = Int(count)
      guard columnCount <= maximumColumns else { throw SQLValue.tooManyColumns(columnCount, server) }
      // Not every driver supports this call.
      if ODBCHandle.isGood(unsafe SQLNumParams(statement.handle, &count)), count != parameters {
        throw SQLValue.ownParameter(server)
      }
    }

    /// Limits the number of rows. Not every driver supports it.
    func limit(rows: Int) { set(SQL_ATTR_MAX_ROWS, rows) }

    private func set(_ attribute: CInt, _ value: Int) {
      _ = unsafe SQLSetStmtAttr(statement.handle, attribute, SQLPOINTER(bitPattern: value), 0)
    }

    /// Closes the cursor.
    func close() { _ = unsafe SQLFreeStmt(statement.handle, SQLUSMALLINT(SQL_CLOSE)) }

    // MARK: Execution

    /// Executes a statement without a key.
    func execute(until deadline: Deadline) throws(DataSetError) {
      set(SQL_ATTR_QUERY_TIMEOUT, ODBCSession.seconds(until: deadline))
      try statement.check(unsafe SQLExecute(statement.handle), server)
    }

    /// Executes the statement with a key, and returns the error, if any.
    func ask(_ key: String, until deadline: Deadline) -> ODBCFailure? {
      set(SQL_ATTR_QUERY_TIMEOUT, ODBCSession.seconds(until: deadline))
      switch encoding {
      case .utf16: return ask(Array(key.utf16), (SQL_C_WCHAR, SQL_WVARCHAR))
      case .utf8: return ask(Array(key.utf8), (SQL_C_CHAR, SQL_VARCHAR))
      }
    }

    private func ask<Unit: FixedWidthInteger>(
      _ key: [Unit], _ types: (value: CInt, column: CInt)
    ) -> ODBCFailure? {
      let (length, size) = (SQLULEN(max(255, key.count)), SQLLEN(key.count * MemoryLayout<Unit>.size))
      var key = key + [0]
      var indicator = size
      // The driver uses the addresses until the statement has been executed.
      let result = unsafe key.withUnsafeMutableBytes { bytes in
        unsafe withUnsafeMutablePointer(to: &indicator) { indicator in
          let bound = unsafe SQLBindParameter(
            statement.handle, 1, SQLSMALLINT(SQL_PARAM_INPUT), SQLSMALLINT(types.value), SQLSMALLINT(types.column),
            length, 0, bytes.baseAddress, size, indicator)
          return ODBCHandle.isGood(bound) ? unsafe SQLExecute(statement.handle) : bound
        }
      }
      let failure = ODBCHandle.isGood(result) || result == SQLRETURN(SQL_NO_DATA) ? nil : statement.diagnosis
      _ = unsafe SQLFreeStmt(statement.handle, SQLUSMALLINT(SQL_RESET_PARAMS))
      return failure
    }

    // MARK: Rows

    /// Returns the columns of the next row; `nil` after the last one.
    func next(until deadline: Deadline) throws(DataSetError) -> [String?]? {
      let result = unsafe SQLFetch(statement.handle)
      if result == SQLRETURN(SQL_NO_DATA) { return nil }
      try statement.check(result, server)
      var columns: [String?] = []
      for column in 0..<columnCount {
        switch encoding {
        case .utf16:
          let units = try units(of: column, SQL_C_WCHAR, UInt16.self, until: deadline)
          columns.append(
            try units.map { units throws(DataSetError) in
              try checked(String(decoding: units, as: UTF16.self), column)
            })
        case .utf8:
          let units = try units(of: column, SQL_C_CHAR, UInt8.self, until: deadline)
          columns.append(
            try units.map { units throws(DataSetError) in
              try checked(String(decoding: units, as: UTF8.self), column)
            })
        }
      }
      return columns
    }

    private func checked(_ text: String, _ column: Int) throws(DataSetError) -> String {
      guard text.utf8.count <= StoreLimits.longestValue else {
        throw SQLValue.tooLong(text.utf8.count, column: column, server)
      }
      return text
    }

    /// Reads a value in pieces, each of which ends with a NUL; `nil` for NULL.
    private func units<Unit: FixedWidthInteger>(
      of column: Int, _ type: CInt, _ unit: Unit.Type, until deadline: Deadline
    ) throws(DataSetError) -> [Unit]? {
      var units: [Unit] = []
      // A longer value is too long in any encoding.
      while units.count <= 2 * StoreLimits.longestValue {
        var indicator: SQLLEN = 0
        let (result, piece) = unsafe buffer.withUnsafeMutableBytes { bytes in
          let result = unsafe SQLGetData(
            statement.handle, SQLUSMALLINT(column + 1), SQLSMALLINT(type), bytes.baseAddress, SQLLEN(bytes.count),
            &indicator)
          guard ODBCHandle.isGood(result), indicator != SQLLEN(SQL_NULL_DATA) else { return (result, [Unit]()) }
          let room = bytes.count / MemoryLayout<Unit>.size - 1
          let isWhole = indicator >= 0 && Int(indicator) <= room * MemoryLayout<Unit>.size
          let count = isWhole ? Int(indicator) / MemoryLayout<Unit>.size : room
          let start = unsafe UnsafeRawBufferPointer(bytes).assumingMemoryBound(to: Unit.self)
          return (result, unsafe Array(start.prefix(count)))
        }
        if result == SQLRETURN(SQL_NO_DATA) { return units }
        try statement.check(result, server)
        if indicator == SQLLEN(SQL_NULL_DATA) { return nil }
        units += piece
        if result == SQLRETURN(SQL_SUCCESS) { return units }
        // The driver announces more data, but returns none.
        guard !piece.isEmpty else { throw server.temporary("the driver sends column \(column + 1) without an end") }
        if deadline.isOver { throw server.timeoutError }
      }
      return units
    }
  }
#endif
