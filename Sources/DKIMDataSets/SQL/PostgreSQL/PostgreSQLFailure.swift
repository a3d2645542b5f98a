#if PostgreSQL
  internal import DKIMConfiguration

  /// What an error of the server or the library means for a data set.
  enum PostgreSQLFailure {
    /// - Parameter state: the five signs of SQL that tell its kind.
    static func error(_ state: String, _ message: String, _ server: SQLServer) -> DataSetError {
      isPassing(state) ? server.temporary(message) : server.unusable(message, fix: fix(state, server))
    }

    /// The text that libpq has when a connection fails. The states are in it where the server said why.
    static func connecting(_ text: String, _ server: SQLServer) -> DataSetError {
      if let (state, message) = verbose(text) { return error(state, message, server) }
      let message = withoutPlace(text)
      guard isLasting(text) else { return server.temporary(message) }
      return server.unusable(message, fix: nil)
    }

    /// True where the same may work later: the server starts or ends, is full, lacks memory, ended the connection, or
    /// forgot the statement.
    private static func isPassing(_ state: String) -> Bool {
      switch state.prefix(2) {
      case "08", "40", "53", "55", "57", "58", "XX": true
      case "25": state == "25P03" || state == "25P04"
      case "26": true
      default: false
      }
    }

    /// Texts of libpq for what no waiting mends; it has no states for them.
    private static func isLasting(_ text: String) -> Bool {
      // A server that goes away while TLS is being set up.
      if text.contains("unexpected eof") { return false }
      return [
        "certificate", "SSL error", "does not support SSL", "no password supplied", "SCRAM", "invalid sslmode",
        "authentication method", "invalid port", "Unix-domain socket path",
      ].contains { text.contains($0) }
    }

    private static func fix(_ state: String, _ server: SQLServer) -> String? {
      switch state {
      case "28P01": "check the user and the password behind dsn:"
      case "28000": "check the user behind dsn:, and what pg_hba.conf lets in"
      case "3D000": "check the name of the database behind dsn:"
      case "42P01": "check table= behind dsn:"
      case "42703": "check keycol= and datacol= behind dsn:"
      case "42501": "grant the user SELECT in the database \"\(server.database)\""
      case "42601", "42804", "42883": "check table=, keycol=, datacol= and filter= behind dsn:"
      default: nil
      }
    }

    /// `… FATAL:  28P01: password authentication failed for user "x"` and further lines.
    private static func verbose(_ text: String) -> (state: String, message: String)? {
      for line in text.split(separator: "\n").reversed() {
        var rest = line.utf8[...]
        while let colon = rest.firstIndex(of: UInt8(ascii: ":")) {
          rest = rest[rest.index(after: colon)...]
          let words = rest.drop { $0 == UInt8(ascii: " ") }
          let state = words.prefix(5)
          if isState(state), words.dropFirst(5).starts(with: ": ".utf8) {
            return (String(Substring(state)), String(Substring(words.dropFirst(7))))
          }
        }
      }
      return nil
    }

    /// Not the word `FATAL`.
    private static func isState(_ text: Substring.UTF8View) -> Bool {
      let (digits, letters) = (UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"))
      return text.count == 5 && text.contains(where: digits.contains)
        && text.allSatisfy { digits.contains($0) || letters.contains($0) }
    }

    /// `connection to server at "…", port … failed: why`: where is said already.
    private static func withoutPlace(_ text: String) -> String {
      guard text.hasPrefix("connection to server"), let end = text.firstRange(of: " failed: ") else { return text }
      return String(text[end.upperBound...])
    }
  }

  extension String {
    fileprivate func firstRange(of text: String) -> Range<Index>? {
      var start = startIndex
      while start < endIndex {
        if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
        start = index(after: start)
      }
      return nil
    }
  }
#endif
