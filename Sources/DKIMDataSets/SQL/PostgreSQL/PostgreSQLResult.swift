#if PostgreSQL
  internal import CPostgreSQL
  internal import DKIMConfiguration

  /// What the server has answered, freed when it is let go.
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

    /// The five signs that tell the kind of an error; `nil` where it does not come from the server.
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

    /// Of a described statement: how many values it is to be given.
    var parameterCount: Int { Int(unsafe PQnparams(result)) }

    /// Of a described statement: the number of the type that the key has.
    var keyType: UInt32 { unsafe PQparamtype(result, 0) }

    /// The columns of a row from one on; `nil` where there is NULL.
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
      let octets = unsafe UnsafeRawBufferPointer(start: start, count: count)
      return unsafe String(decoding: octets, as: UTF8.self)
    }
  }
#endif
