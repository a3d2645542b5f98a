#if PostgreSQL
  internal import CPostgreSQL
  internal import DKIMConfiguration

  /// A result from the server, freed when the object is deallocated.
  @safe final class PostgreSQLResult {
    private let result: OpaquePointer

    init(owning result: OpaquePointer) { unsafe self.result = result }

    deinit { unsafe PQclear(result) }

    var isError: Bool {
      switch unsafe PQresultStatus(result) {
      case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_SINGLE_TUPLE: false
      default: true
      }
    }

    /// The five-character SQLSTATE of an error; `nil` if the error does not come from the server.
    var state: String? {
      unsafe PQresultErrorField(result, CInt(UInt8(ascii: "C"))).map { unsafe String(cString: $0) }
    }

    var message: String {
      if let primary = unsafe PQresultErrorField(result, CInt(UInt8(ascii: "M"))) {
        return unsafe String(cString: primary)
      }
      return unsafe PQresultErrorMessage(result).map { unsafe String(cString: $0) } ?? ""
    }

    var rowCount: Int { Int(unsafe PQntuples(result)) }
    var columnCount: Int { Int(unsafe PQnfields(result)) }

    /// Number of parameters of a described statement.
    var parameterCount: Int { Int(unsafe PQnparams(result)) }

    /// Type OID of the key in a described statement.
    var keyType: UInt32 { unsafe PQparamtype(result, 0) }

    /// Returns the columns of a row, starting at `first`; `nil` for NULL.
    func columns(of row: Int, from first: Int, _ server: SQLServer) throws(DataSetError) -> [String?] {
      var columns: [String?] = []
      for column in first..<max(first, columnCount) { columns.append(try value(row, column, server)) }
      return columns
    }

    func value(_ row: Int, _ column: Int, _ server: SQLServer) throws(DataSetError) -> String? {
      let (row, index) = (CInt(clamping: row), CInt(clamping: column))
      guard unsafe PQgetisnull(result, row, index) == 0, let start = unsafe PQgetvalue(result, row, index) else {
        return nil
      }
      let count = Int(unsafe PQgetlength(result, row, index))
      guard count <= StoreLimits.longestValue else { throw SQLValue.tooLong(count, column: column, server) }
      let bytes = unsafe UnsafeRawBufferPointer(start: start, count: count)
      return unsafe String(decoding: bytes, as: UTF8.self)
    }
  }
#endif
