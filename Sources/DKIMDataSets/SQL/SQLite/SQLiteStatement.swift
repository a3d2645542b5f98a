#if SQLite
  internal import CSQLite
  internal import DKIMConfiguration

  /// A prepared statement.
  @safe final class SQLiteStatement {
    private let database: OpaquePointer
    private let statement: OpaquePointer
    private let server: SQLServer

    /// - Parameter parameters: number of parameters that the statement must have: 1 for the key, or 0.
    init(
      _ text: SQLStatement, parameters: CInt, _ database: OpaquePointer, _ server: SQLServer
    ) throws(DataSetError) {
      var prepared: OpaquePointer?
      let result = unsafe sqlite3_prepare_v2(database, text.text, -1, &prepared, nil)
      guard result == SQLITE_OK, let statement = unsafe prepared else {
        throw unsafe SQLiteFailure(code: result, database: database).error(server)
      }
      unsafe self.database = unsafe database
      unsafe self.statement = unsafe statement
      self.server = server
      let count = Int(unsafe sqlite3_column_count(statement))
      // A listing also has the key column.
      guard count <= DataSourceName.maximumColumns + 1 else { throw SQLValue.tooManyColumns(count, server) }
      // A parameter without a value is NULL, which equals no key.
      guard unsafe sqlite3_bind_parameter_count(statement) == parameters else { throw SQLValue.ownParameter(server) }
    }

    deinit { _ = unsafe sqlite3_finalize(statement) }

    /// Returns the columns of the first row with a key; `nil` if no row matches.
    func look(_ key: String) throws(DataSetError) -> [String?]? {
      // The reset releases the read lock, so that others can write.
      defer {
        _ = unsafe sqlite3_reset(statement)
        _ = unsafe sqlite3_clear_bindings(statement)
      }
      return try unsafe key.utf8.span.withUnsafeBytes { bytes throws(DataSetError) in
        // The library does not copy the key, which is valid until the lookup ends.
        let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
        let result = unsafe sqlite3_bind_text(statement, 1, start, CInt(clamping: bytes.count), nil)
        guard result == SQLITE_OK else { throw failure(result) }
        return try next()
      }
    }

    /// Returns the columns of the next row; `nil` after the last one.
    func next() throws(DataSetError) -> [String?]? {
      let result = unsafe sqlite3_step(statement)
      if result == SQLITE_DONE { return nil }
      guard result == SQLITE_ROW else { throw failure(result) }
      var columns: [String?] = []
      for column in 0..<(unsafe sqlite3_data_count(statement)) { columns.append(try value(column)) }
      return columns
    }

    private func value(_ column: CInt) throws(DataSetError) -> String? {
      let type = unsafe sqlite3_column_type(statement, column)
      guard type != SQLITE_NULL else { return nil }
      let start =
        unsafe type == SQLITE_BLOB
        ? sqlite3_column_blob(statement, column) : UnsafeRawPointer(sqlite3_column_text(statement, column))
      let count = Int(unsafe sqlite3_column_bytes(statement, column))
      guard count <= StoreLimits.longestValue else { throw SQLValue.tooLong(count, column: Int(column), server) }
      guard let start = unsafe start else {
        // An empty blob has no address; for a text, a missing address means that memory is exhausted.
        guard type == SQLITE_BLOB else { throw failure(SQLITE_NOMEM) }
        return ""
      }
      return unsafe String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
    }

    private func failure(_ result: CInt) -> DataSetError {
      unsafe SQLiteFailure(code: result, database: database).error(server)
    }
  }
#endif
