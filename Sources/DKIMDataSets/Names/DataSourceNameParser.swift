internal import DKIMCore

extension DataSourceName {
  /// Parses the text after `dsn:`.
  init(_ text: String) throws(DataSourceNameError) {
    let bytes = Array(text.utf8)
    guard bytes.count <= Self.longest else { throw .tooLong(bytes.count) }
    var rest = bytes[...]
    guard let backend = Self.takeBackend(&rest) else { throw .noBackend }
    self.backend = backend
    guard var authority = Self.take(&rest, upTo: "/") else { throw .noDatabase }
    guard let database = Self.take(&rest, upTo: "/") else { throw .noKeys }

    // The last at sign: a password may contain others, although they should be written =40.
    var user: ArraySlice<UInt8>?
    var password: ArraySlice<UInt8>?
    if let at = authority.lastIndex(of: UInt8(ascii: "@")) {
      var login = authority[..<at]
      authority = authority[(at + 1)...]
      user = Self.take(&login, upTo: ":") ?? login
      // Without a colon, the whole login is the user.
      password = user?.endIndex == at ? nil : login
    }
    self.user = try user.map { slice throws(DataSourceNameError) in try Self.text(slice, .user) }
    self.password = try password.map { slice throws(DataSourceNameError) in try Self.text(slice, .password) }
    port = try Self.takePort(&authority)
    host = try Self.host(authority)
    self.database = try Self.text(database, .database)
    guard !host.isEmpty || !self.database.isEmpty else { throw .nowhere }

    let settings = try Self.settings(rest)
    table = try Self.sql(settings, .table)
    keyColumn = try Self.sql(settings, .keycol)
    dataColumns = try Self.columns(try Self.sql(settings, .datacol))
    filter = settings[.filter]?.isEmpty ?? true ? nil : try Self.sql(settings, .filter)
    tls = try settings[.tls].map { word throws(DataSourceNameError) in
      guard let tls = TLS(rawValue: word.lowercased()) else { throw .badTLS }
      return tls
    }
  }

  // MARK: Server and login

  /// `backend://` or `backend:://`
  private static func takeBackend(_ rest: inout ArraySlice<UInt8>) -> String? {
    guard let word = take(&rest, upTo: ":"), !word.isEmpty, word.count <= 32, word.allSatisfy(isWordByte) else {
      return nil
    }
    if rest.first == UInt8(ascii: ":") { rest.removeFirst() }
    guard rest.starts(with: "//".utf8) else { return nil }
    rest.removeFirst(2)
    return String(decoding: word, as: UTF8.self).lowercased()
  }

  private static func takePort(_ authority: inout ArraySlice<UInt8>) throws(DataSourceNameError) -> Int? {
    guard let slice = take(&authority, upTo: "+") else { return nil }
    guard let port = ASCII.port(String(decoding: slice, as: UTF8.self)) else { throw .port }
    return port
  }

  /// Parses a host name, an address, or a path; an IPv6 address may be in brackets.
  private static func host(_ slice: ArraySlice<UInt8>) throws(DataSourceNameError) -> String {
    if slice.first == UInt8(ascii: "["), slice.last == UInt8(ascii: "]"), slice.count > 2 {
      return try text(slice.dropFirst().dropLast(), .host)
    }
    guard slice.count(where: { $0 == UInt8(ascii: ":") }) != 1 else { throw .hostWithColon }
    return try text(slice, .host)
  }

  // MARK: Settings

  /// Parses `key=value?key=value…` and decodes the values.
  private static func settings(
    _ text: ArraySlice<UInt8>
  ) throws(DataSourceNameError) -> [DataSourceNameError.Part: String] {
    var settings: [DataSourceNameError.Part: String] = [:]
    for piece in text.split(separator: UInt8(ascii: "?")) {
      var value = piece
      guard let key = take(&value, upTo: "=") else { throw .noValue }
      let word = String(decoding: key, as: UTF8.self)
      guard let part = settingParts[word.lowercased()] else {
        throw .unknownKey(key.count <= 32 && !key.isEmpty && key.allSatisfy(isWordByte) ? word : nil)
      }
      guard settings[part] == nil else { throw .twice(part) }
      settings[part] = try Self.text(value, part)
    }
    return settings
  }

  private static let settingParts: [String: DataSourceNameError.Part] = [
    "table": .table, "keycol": .keycol, "datacol": .datacol, "filter": .filter, "tls": .tls,
  ]

  private static func sql(
    _ settings: [DataSourceNameError.Part: String], _ part: DataSourceNameError.Part
  ) throws(DataSourceNameError) -> String {
    guard let text = settings[part], !text.isBlank else { throw .missing(part) }
    guard !SQLText.hasSemicolon(text.utf8) else { throw .semicolon(part) }
    return text
  }

  private static func columns(_ text: String) throws(DataSourceNameError) -> [String] {
    let columns = SQLText.columns(Array(text.utf8)[...]).map { String(decoding: $0, as: UTF8.self) }
    guard columns.count <= maximumColumns else { throw .tooManyColumns(columns.count) }
    guard !columns.contains(where: \.isBlank) else { throw .emptyColumn }
    return columns
  }

  // MARK: Pieces

  /// Removes the text up to and including a character, and returns the text before it.
  private static func take(_ rest: inout ArraySlice<UInt8>, upTo sign: Unicode.Scalar) -> ArraySlice<UInt8>? {
    guard let end = rest.firstIndex(of: UInt8(ascii: sign)) else { return nil }
    defer { rest = rest[(end + 1)...] }
    return rest[..<end]
  }

  private static func text(
    _ slice: ArraySlice<UInt8>, _ part: DataSourceNameError.Part
  ) throws(DataSourceNameError) -> String {
    let bytes = EqualsSignEncoding.decoded(slice)
    guard bytes.count <= longestPart else { throw .partTooLong(part, bytes.count) }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8(part) }
    guard !PrintableText.hasControl(text) else { throw .controlCharacter(part) }
    return text
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    ASCII.isAlphanumeric(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
  }
}

extension String {
  fileprivate var isBlank: Bool { utf8.allSatisfy { $0 == UInt8(ascii: " ") } }
}
