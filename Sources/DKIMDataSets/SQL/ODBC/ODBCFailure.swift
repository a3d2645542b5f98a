#if UnixODBC
  internal import DKIMConfiguration

  /// An error of a driver.
  struct ODBCFailure {
    /// The five-character SQLSTATE.
    let state: String
    let message: String

    func error(_ server: SQLServer) -> DataSetError {
      isPermanent ? server.unusable(message, fix: fix) : server.temporary(message)
    }

    /// Whether the driver does not support values of the requested type.
    var isAboutTypes: Bool { ["HYC00", "07006", "HY003", "HY004"].contains(state) }

    /// Whether the key may be impossible: letters in a numeric column, or a character that the database cannot encode.
    /// An unreadable row or a failing filter can have the same state.
    var isAboutKey: Bool {
      ["22P02", "22P03", "22003", "22005", "22007", "22008", "22018", "22021", "22P05"].contains(state)
    }

    /// Whether waiting does not fix the error. An unknown error may be caused by the connection, so the lookup is tried
    /// again with a new one.
    private var isPermanent: Bool {
      if isLogin || isDatabase { return true }
      switch state.prefix(2) {
      case "07", "22", "28", "3D", "3F", "42", "IM": return true
      // The driver manager cannot load a driver.
      case "01": return true
      default: return state == "HYC00"
      }
    }

    /// Some drivers have no separate state for a failed login.
    private var isLogin: Bool {
      state.hasPrefix("28")
        || ["authentication failed", "Login failed", "Access denied", "no password supplied"].contains {
          message.contains($0)
        }
    }

    private var isDatabase: Bool {
      state == "3D000" || state.hasPrefix("08") && message.contains("database") && message.contains("does not exist")
    }

    private var fix: String? {
      if isLogin { return "check the user and the password in the dsn: name" }
      if isDatabase { return "check the database in the dsn: name or in odbc.ini" }
      switch state {
      case "IM002": return "name a data source in odbc.ini, and make sure that the user of the filter can read odbc.ini"
      case "IM003", "IM004", "01000": return "install the driver, and add it to odbcinst.ini"
      case "42P01", "42S02": return "check table= in the dsn: name"
      case "42703", "42S22": return "check keycol= and datacol= in the dsn: name"
      case "42501": return "grant the user SELECT"
      default:
        return state.hasPrefix("42") ? "check table=, keycol=, datacol= and filter= in the dsn: name" : nil
      }
    }
  }
#endif
