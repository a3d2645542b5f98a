#if MariaDB
  internal import DKIMConfiguration

  /// What an error of the server or the library means for a data set.
  enum MariaDBFailure {
    /// - Parameter code: its number: from 1000 on those of servers, from 2000 on those of the library.
    static func error(_ code: UInt32, _ state: String, _ message: String, _ server: SQLServer) -> DataSetError {
      isPassing(code, state, message) ? server.temporary(message) : server.unusable(message, fix: fix(code, server))
    }

    private static func isPassing(_ code: UInt32, _ state: String, _ message: String) -> Bool {
      switch code {
      // The server is full, ends, was told to end the connection or the question, lacks memory, waited for a lock,
      // has the host blocked, or wants the statement anew.
      case 1021, 1028, 1037, 1038, 1040, 1041, 1053, 1077...1080, 1129, 1135, 1152, 1158...1161, 1184, 1203, 1205, 1213,
        1226, 1243, 1317, 1615, 1927, 1969, 3024, 4031:
        return true
      case 2026: return !isLastingTLSError(message)
      // Packets beyond the limit, methods of logging in that the library does not have.
      case 2020, 2049, 2054, 2058, 2059, 2061, 4162, 5010: return false
      case 2000..<3000: return true
      default: return state.hasPrefix("08") || state.hasPrefix("40")
      }
    }

    /// A server without TLS, or with a certificate that is not good; not a connection that was lost meanwhile.
    private static func isLastingTLSError(_ message: String) -> Bool {
      ["certificate", "does not support", "verif", "unsupported protocol", "wrong version", "handshake failure"]
        .contains { message.lowercased().contains($0) }
    }

    private static func fix(_ code: UInt32, _ server: SQLServer) -> String? {
      switch code {
      case 1045, 1698: "check the user and the password behind dsn:, and from which hosts the user is let in"
      case 1044, 1142, 1143: "grant the user SELECT in the database \"\(server.database)\""
      case 1049: "check the name of the database behind dsn:"
      case 1146: "check table= behind dsn:"
      case 1054: "check keycol=, datacol= and filter= behind dsn:"
      case 1064: "check table=, keycol=, datacol= and filter= behind dsn:; reserved words need back quotes"
      case 2054, 2058, 2059, 2061, 4162, 5010: "give the user another method of authentication, or set tls=yes"
      default: nil
      }
    }
  }
#endif
