#if SQLite
  internal import CSQLite
  internal import DKIMConfiguration

  /// An error of the SQLite library.
  struct SQLiteFailure {
    private let code: CInt
    private let message: String

    init(code: CInt, database: OpaquePointer?) {
      self.code = code & 0xFF
      let text = unsafe database.map { unsafe sqlite3_errmsg($0) } ?? sqlite3_errstr(code)
      message = unsafe text.map { unsafe String(cString: $0) } ?? "error \(code)"
    }

    func error(_ server: SQLServer) -> DataSetError {
      switch code {
      case SQLITE_INTERRUPT: server.timeoutError
      case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_IOERR, SQLITE_NOMEM, SQLITE_PROTOCOL, SQLITE_SCHEMA, SQLITE_FULL:
        server.temporary(message)
      default: server.unusable(message, fix: fix)
      }
    }

    private var fix: String? {
      switch code {
      case SQLITE_NOTADB: "name an SQLite 3 file in the dsn: name"
      case SQLITE_CORRUPT: "restore the file from a backup"
      case SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_READONLY:
        "let the user of the filter read the file, and write to its directory if it has a write-ahead log"
      case SQLITE_ERROR where message.hasPrefix("no such table"): "check table= in the dsn: name"
      case SQLITE_ERROR where message.hasPrefix("no such column"):
        "check keycol=, datacol= and filter= in the dsn: name"
      case SQLITE_ERROR: "check table=, keycol=, datacol= and filter= in the dsn: name"
      default: nil
      }
    }
  }
#endif
