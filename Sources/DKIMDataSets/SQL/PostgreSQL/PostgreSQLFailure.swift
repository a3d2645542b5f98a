#if PostgreSQL
  internal import DKIMConfiguration

  /// Classification of errors of the server and the library.
  enum PostgreSQLFailure {
    /// - Parameter state: the five-character SQLSTATE.
    static func error(_ state: String, _ message: String, _ server: SQLServer) -> DataSetError {
      isTemporary(state) ? server.temporary(message) : server.unusable(message, fix: fix(state, server))
    }

    /// Returns the error for a failed connection. The text of libpq contains the SQLSTATE if the server reported the
    /// error.
    static func connecting(_ text: String, _ server: SQLServer) -> DataSetError {
      if let (state, message) = parsedError(text) { return error(state, message, server) }
      let message = withoutLocation(text)
      guard isPermanent(text) else { return server.temporary(message) }
      return server.unusable(message, fix: nil)
    }

    /// Whether a retry may succeed, decided by the class of the SQLSTATE: its first two characters.
    private static func isTemporary(_ state: String) -> Bool {
      switch state.prefix(2) {
      // Connection errors, rolled back transactions, lack of resources, objects in use, operator intervention such as a
      // shutdown, system errors, and internal errors.
      case "08", "40", "53", "55", "57", "58", "XX": true
      // The server ended the session, because a transaction was idle or took too long.
      case "25": state == "25P03" || state == "25P04"
      // The server does not have the prepared statement any more.
      case "26": true
      default: false
      }
    }

    /// Whether a libpq text describes an error that waiting does not fix; libpq reports no SQLSTATE for these errors.
    private static func isPermanent(_ text: String) -> Bool {
      // The server disconnects during the TLS handshake.
      if text.contains("unexpected eof") { return false }
      return [
        "certificate", "SSL error", "does not support SSL", "no password supplied", "SCRAM", "invalid sslmode",
        "authentication method", "invalid port", "Unix-domain socket path",
      ].contains { text.contains($0) }
    }

    private static func fix(_ state: String, _ server: SQLServer) -> String? {
      switch state {
      case "28P01": "check the user and the password in the dsn: name"
      case "28000": "check the user in the dsn: name, and pg_hba.conf on the server"
      case "3D000": "check the database in the dsn: name"
      case "42P01": "check table= in the dsn: name"
      case "42703": "check keycol= and datacol= in the dsn: name"
      case "42501": "grant the user SELECT in the database \"\(server.database)\""
      case "42601", "42804", "42883": "check table=, keycol=, datacol= and filter= in the dsn: name"
      default: nil
      }
    }

    /// Parses `… FATAL:  28P01: password authentication failed for user "x"`, followed by further lines.
    private static func parsedError(_ text: String) -> (state: String, message: String)? {
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

    /// Whether a text is an SQLSTATE; the word `FATAL` is not.
    private static func isState(_ text: Substring.UTF8View) -> Bool {
      let (digits, letters) = (UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"))
      return text.count == 5 && text.contains(where: digits.contains)
        && text.allSatisfy { digits.contains($0) || letters.contains($0) }
    }

    /// Removes `connection to server at "…", port … failed:`, because the message already names the server.
    private static func withoutLocation(_ text: String) -> String {
      guard text.hasPrefix("connection to server"), let end = text.firstRange(of: " failed: ") else { return text }
      return String(text[end.upperBound...])
    }
  }
#endif
