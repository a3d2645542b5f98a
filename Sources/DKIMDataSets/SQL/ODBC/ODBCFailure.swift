#if UnixODBC
  internal import DKIMConfiguration

  /// What a driver says when something fails.
  struct ODBCFailure {
    /// Five signs of SQL that tell the kind.
    let state: String
    let message: String

    func error(_ server: SQLServer) -> DataSetError {
      isLasting ? server.unusable(message, fix: fix) : server.temporary(message)
    }

    /// True where the driver does not take, or give, values of the type that it was asked for.
    var isAboutTypes: Bool { ["HYC00", "07006", "HY003", "HY004"].contains(state) }

    /// True where a key may be none: letters where keys are numbers, or a sign that the database has no code for. A row
    /// that cannot be read, or a filter, may say the same.
    var isAboutKey: Bool {
      ["22P02", "22P03", "22003", "22005", "22007", "22008", "22018", "22021", "22P05"].contains(state)
    }

    /// True for what no waiting mends. Anything that is not known may have to do with the connection, and is tried anew
    /// with another.
    private var isLasting: Bool {
      if isLogin || isDatabase { return true }
      switch state.prefix(2) {
      case "07", "22", "28", "3D", "3F", "42", "IM": return true
      // The driver manager cannot load a driver.
      case "01": return true
      default: return state == "HYC00"
      }
    }

    /// Some drivers have no state of its own for that.
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
      if isLogin { return "check the user and the password behind dsn:" }
      if isDatabase { return "check the name of the database behind dsn:, or in odbc.ini" }
      switch state {
      case "IM002": return "name a data source of odbc.ini, which the user of the filter can read"
      case "IM003", "IM004", "01000": return "install the driver, and name it in odbcinst.ini"
      case "42P01", "42S02": return "check table= behind dsn:"
      case "42703", "42S22": return "check keycol= and datacol= behind dsn:"
      case "42501": return "grant the user SELECT"
      default:
        return state.hasPrefix("42") ? "check table=, keycol=, datacol= and filter= behind dsn:" : nil
      }
    }
  }
#endif
