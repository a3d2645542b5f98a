import Glibc
import TestSupport

/// An ODBC driver that has a row for every key, and returns its value in an endless series of empty pieces.
final class EndlessDriver: Sendable {
  private static let compiler = "/usr/bin/cc"

  static var canBeMade: Bool { access(compiler, X_OK) == 0 && access("/usr/include/sqlext.h", R_OK) == 0 }

  private let folder: String

  init() async throws {
    folder = try TestFiles.makeFolder("/tmp/dkim-driver.")
    try TestFiles.write(Array(Self.source.utf8), to: folder + "/driver.c")
    let command = [Self.compiler, "-w", "-shared", "-fPIC", "-o", folder + "/driver.so", folder + "/driver.c"]
    guard try await ChildProcess(command, log: folder + "/log").end() == 0 else {
      throw ChildProcess.Failure(String(decoding: try TestFiles.read(folder + "/log"), as: UTF8.self))
    }
  }

  deinit { TestFiles.removeFolder(folder) }

  /// The specification of a data set that uses the driver.
  var specification: String {
    let path = folder.split(separator: "/").map { "=2F\($0)" }.joined() + "=2Fdriver.so"
    return "dsn:odbc://localhost/DRIVER=3D\(path)/table=t?keycol=k?datacol=v"
  }

  private static let source = """
    #include <sql.h>
    #include <sqlext.h>

    static int any;
    SQLRETURN SQLAllocHandle(SQLSMALLINT kind, SQLHANDLE owner, SQLHANDLE *made) { *made = &any; return SQL_SUCCESS; }
    SQLRETURN SQLFreeHandle(SQLSMALLINT kind, SQLHANDLE handle) { return SQL_SUCCESS; }
    SQLRETURN SQLSetEnvAttr(SQLHENV handle, SQLINTEGER name, SQLPOINTER value, SQLINTEGER size) { return SQL_SUCCESS; }
    SQLRETURN SQLSetConnectAttr(SQLHDBC handle, SQLINTEGER name, SQLPOINTER value, SQLINTEGER size) {
      return SQL_SUCCESS;
    }
    SQLRETURN SQLDriverConnect(
      SQLHDBC handle, SQLHWND window, SQLCHAR *text, SQLSMALLINT length, SQLCHAR *out, SQLSMALLINT room,
      SQLSMALLINT *count, SQLUSMALLINT mode) {
      return SQL_SUCCESS;
    }
    SQLRETURN SQLDisconnect(SQLHDBC handle) { return SQL_SUCCESS; }
    SQLRETURN SQLPrepare(SQLHSTMT handle, SQLCHAR *text, SQLINTEGER length) { return SQL_SUCCESS; }
    SQLRETURN SQLNumResultCols(SQLHSTMT handle, SQLSMALLINT *count) { *count = 1; return SQL_SUCCESS; }
    SQLRETURN SQLSetStmtAttr(SQLHSTMT handle, SQLINTEGER name, SQLPOINTER value, SQLINTEGER size) {
      return SQL_SUCCESS;
    }
    SQLRETURN SQLGetStmtAttr(
      SQLHSTMT handle, SQLINTEGER name, SQLPOINTER value, SQLINTEGER size, SQLINTEGER *count) {
      *(void **)value = &any;
      return SQL_SUCCESS;
    }
    SQLRETURN SQLBindParameter(
      SQLHSTMT handle, SQLUSMALLINT number, SQLSMALLINT use, SQLSMALLINT value, SQLSMALLINT column, SQLULEN size,
      SQLSMALLINT digits, SQLPOINTER start, SQLLEN room, SQLLEN *count) {
      return SQL_SUCCESS;
    }
    SQLRETURN SQLExecute(SQLHSTMT handle) { return SQL_SUCCESS; }
    SQLRETURN SQLFetch(SQLHSTMT handle) { return SQL_SUCCESS; }
    SQLRETURN SQLFreeStmt(SQLHSTMT handle, SQLUSMALLINT what) { return SQL_SUCCESS; }
    SQLRETURN SQLGetData(
      SQLHSTMT handle, SQLUSMALLINT column, SQLSMALLINT type, SQLPOINTER start, SQLLEN room, SQLLEN *count) {
      *count = 0;
      return SQL_SUCCESS_WITH_INFO;
    }
    SQLRETURN SQLGetDiagRec(
      SQLSMALLINT kind, SQLHANDLE handle, SQLSMALLINT number, SQLCHAR *state, SQLINTEGER *native, SQLCHAR *text,
      SQLSMALLINT room, SQLSMALLINT *count) {
      return SQL_NO_DATA;
    }
    """
}
