#if UnixODBC
  internal import CUnixODBC
  internal import DKIMConfiguration

  /// A handle of the driver manager: an environment, a connection in it, or a statement of the connection.
  @safe final class ODBCHandle {
    enum Kind: SQLSMALLINT {
      case environment = 1
      case connection = 2
      case statement = 3
    }

    let handle: SQLHANDLE
    private let kind: Kind
    /// Must outlive this handle.
    private let owner: ODBCHandle?

    init(_ kind: Kind, of owner: ODBCHandle?, _ server: SQLServer) throws(DataSetError) {
      var made: SQLHANDLE?
      let result = unsafe SQLAllocHandle(kind.rawValue, owner?.handle, &made)
      guard Self.isGood(result), let handle = unsafe made else {
        throw owner?.failure(server) ?? server.temporary("out of memory")
      }
      unsafe self.handle = unsafe handle
      self.kind = kind
      self.owner = owner
    }

    deinit { _ = unsafe SQLFreeHandle(kind.rawValue, handle) }

    static func isGood(_ result: SQLRETURN) -> Bool {
      result == SQLRETURN(SQL_SUCCESS) || result == SQLRETURN(SQL_SUCCESS_WITH_INFO)
    }

    func check(_ result: SQLRETURN, _ server: SQLServer) throws(DataSetError) {
      guard Self.isGood(result) else { throw failure(server) }
    }

    func failure(_ server: SQLServer) -> DataSetError { diagnosis.error(server) }

    /// The driver's diagnosis of the last call.
    var diagnosis: ODBCFailure {
      var state = [SQLWCHAR](repeating: 0, count: 6)
      var text = [SQLWCHAR](repeating: 0, count: 512)
      var (number, length) = (SQLINTEGER(0), SQLSMALLINT(0))
      let result = unsafe SQLGetDiagRecW(
        kind.rawValue, handle, 1, &state, &number, &text, SQLSMALLINT(text.count), &length)
      guard Self.isGood(result) else { return ODBCFailure(state: "HY000", message: "the driver reports no reason") }
      return ODBCFailure(
        state: String(decoding: state.prefix(5), as: UTF16.self),
        message: String(decoding: text.prefix(min(max(0, Int(length)), text.count - 1)), as: UTF16.self))
    }
  }
#endif
