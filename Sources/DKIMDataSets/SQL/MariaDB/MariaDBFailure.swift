#if MariaDB
  internal import DKIMConfiguration

  /// Classification of errors of the server and the library.
  enum MariaDBFailure {
    /// - Parameter code: error number: servers use numbers from 1000, the library from 2000.
    static func error(_ code: UInt32, _ state: String, _ message: String, _ server: SQLServer) -> DataSetError {
      isTemporary(code, state, message) ? server.temporary(message) : server.unusable(message, fix: fix(code, server))
    }

    private static func isTemporary(_ code: UInt32, _ state: String, _ message: String) -> Bool {
      switch code {
      // The server is full, shuts down, killed the connection or the query, is out of memory, waited for a lock, has
      // blocked the host, or requires the statement to be prepared again.
      case 1021, 1028, 1037, 1038, 1040, 1041, 1053, 1077...1080, 1129, 1135, 1152, 1158...1161, 1184, 1203, 1205, 1213,
        1226, 1243, 1317, 1615, 1927, 1969, 3024, 4031:
        return true
      case 2026: return !isPermanentTLSError(message)
      // Packets beyond the limit, and authentication methods that the library does not have.
      case 2020, 2049, 2054, 2058, 2059, 2061, 4162, 5010: return false
      case 2000..<3000: return true
      default: return state.hasPrefix("08") || state.hasPrefix("40")
      }
    }

    /// Whether a TLS error is permanent: the server has no TLS or a bad certificate. A lost connection is not
    /// permanent.
    private static func isPermanentTLSError(_ message: String) -> Bool {
      ["certificate", "does not support", "verif", "unsupported protocol", "wrong version", "handshake failure"]
        .contains { message.lowercased().contains($0) }
    }

    private static func fix(_ code: UInt32, _ server: SQLServer) -> String? {
      switch code {
      case 1045, 1698: "check the user and the password in the dsn: name, and from which hosts the user may log in"
      case 1044, 1142, 1143: "grant the user SELECT in the database \"\(server.database)\""
      case 1049: "check the database in the dsn: name"
      case 1146: "check table= in the dsn: name"
      case 1054: "check keycol=, datacol= and filter= in the dsn: name"
      case 1064: "check table=, keycol=, datacol= and filter= in the dsn: name; reserved words need back quotes"
      case 2054, 2058, 2059, 2061, 4162, 5010: "give the user another authentication method, or set tls=yes"
      default: nil
      }
    }
  }
#endif
