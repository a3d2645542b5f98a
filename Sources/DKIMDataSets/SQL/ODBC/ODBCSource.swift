/// The ODBC target of a ``DataSourceName``: the name of a data source in odbc.ini, or a connection string with its own
/// settings.
///
/// If the host is `localhost`, the database is the data source or the connection string. Any other host is itself the
/// data source, and the database is its catalog, as in OpenDBX.
struct ODBCSource: Sendable, Hashable {
  enum Target: Sendable, Hashable {
    case dataSource(String)
    case connectionString(String)
  }

  let target: Target
  let catalog: String?
  let user: String?
  let password: String?
  /// For messages, without user and password.
  let shown: String

  init(_ name: DataSourceName) {
    user = name.user
    password = name.password
    if !Self.isHere(name.host) {
      target = .dataSource(name.host)
      catalog = name.database.isEmpty ? nil : name.database
      shown = "ODBC data source \(name.host)"
    } else if name.database.utf8.contains(UInt8(ascii: "=")) {
      let settings = Self.settings(name.database)
      target = .connectionString(Self.completed(name.database, settings, name))
      catalog = nil
      shown = Self.shown(settings)
    } else {
      target = .dataSource(name.database)
      catalog = nil
      shown = "ODBC data source \(name.database)"
    }
  }

  private static func isHere(_ host: String) -> Bool {
    ["", "localhost", "127.0.0.1", "::1"].contains(host.lowercased())
  }

  /// Parses `KEY=value;KEY={value}`; a closing brace within braces is doubled. Keys are converted to upper case.
  private static func settings(_ text: String) -> [String: String] {
    var settings: [String: String] = [:]
    var rest = text.utf8[...]
    while let equals = rest.firstIndex(of: UInt8(ascii: "=")) {
      let key = String(decoding: rest[..<equals], as: UTF8.self).uppercased()
      rest = rest[rest.index(after: equals)...]
      var value: [UInt8] = []
      if rest.first == UInt8(ascii: "{") {
        rest.removeFirst()
        while let byte = rest.popFirst() {
          if byte == UInt8(ascii: "}"), rest.first != UInt8(ascii: "}") { break }
          if byte == UInt8(ascii: "}") { rest.removeFirst() }
          value.append(byte)
        }
      }
      let end = rest.firstIndex(of: UInt8(ascii: ";")) ?? rest.endIndex
      value += rest[..<end]
      rest = end < rest.endIndex ? rest[rest.index(after: end)...] : rest[end...]
      settings[key.trimmed] = String(decoding: value, as: UTF8.self)
    }
    return settings
  }

  /// Adds the user and the password of the `dsn:` name if the connection string has none.
  private static func completed(_ text: String, _ settings: [String: String], _ name: DataSourceName) -> String {
    var text = text
    func add(_ keys: [String], _ value: String?, _ special: String) {
      guard let value, keys.allSatisfy({ settings[$0] == nil }) else { return }
      if !text.hasSuffix(";") { text += ";" }
      text += "\(keys[0])=" + enclosed(value, special)
    }
    add(["UID", "USER", "USERNAME"], name.user, "")
    // Without braces, the PostgreSQL driver decodes these characters as in a URL.
    add(["PWD", "PASSWORD"], name.password, "+%")
    return text
  }

  /// Encloses a value in braces if needed: not every driver accepts them everywhere.
  private static func enclosed(_ value: String, _ special: String) -> String {
    guard value.contains(where: { ("{}; " + special).contains($0) }) else { return value }
    return "{" + value.split(separator: "}", omittingEmptySubsequences: false).joined(separator: "}}") + "}"
  }

  private static func shown(_ settings: [String: String]) -> String {
    let driver = settings["DRIVER"] ?? settings["DSN"].map { "data source \($0)" }
    let server = settings["SERVER"] ?? settings["SERVERNAME"]
    let location = server.map { $0 + (settings["PORT"].map { ":\($0)" } ?? "") }
    return "ODBC" + (driver.map { " (\($0))" } ?? "") + (location.map { " at \($0)" } ?? "")
  }
}

extension String {
  fileprivate var trimmed: String {
    var text = drop { $0 == " " }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
