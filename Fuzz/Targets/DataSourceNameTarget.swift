@testable import DKIMConfiguration
@testable import DKIMDataSets

/// Parses names of SQL data sources.
enum DataSourceNameTarget {
  static func run(_ input: [UInt8]) {
    let text = String(decoding: input, as: UTF8.self)
    do throws(DataSourceNameError) {
      let name = try DataSourceName(text)
      require(read(text) == name, "the second parsing differs")
      check(name)
      let spelling = spelled(name)
      if spelling.utf8.count <= DataSourceName.longest {
        require(read(spelling) == name, "the name differs after writing and parsing: \(spelling)")
      }
      // Passwords are hidden only in values of settings, which are not that long.
      if name.password != nil, text.utf8.count < 2000 {
        require(DataSetSecrets.hidden(in: "dsn:" + text).utf8.contains(":***@".utf8), "a password is shown")
      }
    } catch {
      requirePrintable(error.found)
      requirePrintable(error.expected)
      require(error.found.utf8.count <= 100, "an error of \(error.found.utf8.count) bytes")
    }
  }

  private static func check(_ name: DataSourceName) {
    let parts = [name.user, name.password, name.host, name.database, name.table, name.keyColumn, name.filter]
    for part in parts.compactMap(\.self) + name.dataColumns {
      requirePrintable(part)
      require(part.utf8.count <= DataSourceName.longestPart, "a part of \(part.utf8.count) bytes")
    }
    require(name.backend.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x3A }, "an invalid backend name")
    require(name.port.map { 1...65535 ~= $0 } ?? true, "port \(name.port ?? 0)")
    require(!name.table.isEmpty && !name.keyColumn.isEmpty, "the table or the key column is empty")
    require(1...DataSourceName.maximumColumns ~= name.dataColumns.count, "\(name.dataColumns.count) columns")
    for text in [name.table, name.keyColumn, name.filter ?? "", name.dataColumns.joined(separator: ",")] {
      require(!naiveHasSemicolon(text), "several statements in one: \(text.debugDescription)")
    }
  }

  /// Returns whether the text outside of quotes contains a semicolon.
  private static func naiveHasSemicolon(_ text: String) -> Bool {
    var rest = Array(text.utf8)[...]
    while let start = rest.firstIndex(where: { [0x22, 0x27, 0x60].contains($0) }) {
      if rest[..<start].contains(0x3B) { return true }
      guard let end = rest[(start + 1)...].firstIndex(of: rest[start]) else { return false }
      rest = rest[(end + 1)...]
    }
    return rest.contains(0x3B)
  }

  private static func read(_ text: String) -> DataSourceName? { try? DataSourceName(text) }

  /// Returns the same name with every byte of every part in quoted-printable.
  private static func spelled(_ name: DataSourceName) -> String {
    let login = name.user.map { escaped($0) + (name.password.map { ":" + escaped($0) } ?? "") + "@" } ?? ""
    let location = (name.port.map { "\($0)+" } ?? "") + escaped(name.host)
    var settings = "table=\(escaped(name.table))?keycol=\(escaped(name.keyColumn))"
    settings += "?datacol=\(escaped(name.dataColumns.joined(separator: ",")))"
    if let filter = name.filter { settings += "?filter=\(escaped(filter))" }
    if let tls = name.tls { settings += "?tls=\(escaped(tls.rawValue))" }
    return "\(name.backend):://\(login)\(location)/\(escaped(name.database))/\(settings)"
  }

  private static func escaped(_ text: String) -> String {
    text.utf8.map { "=" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
