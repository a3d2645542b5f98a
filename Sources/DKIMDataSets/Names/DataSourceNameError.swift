/// Why a text is not a valid ``DataSourceName``. It never shows the user, the password, or text that might be part of
/// either.
enum DataSourceNameError: Error, Sendable, Hashable {
  /// A part of the name.
  enum Part: String, Sendable, Hashable {
    case user, password, host, database, table, keycol, datacol, filter, tls
  }

  /// The text is too long; its length in bytes.
  case tooLong(Int)
  /// There is no backend before `://`.
  case noBackend
  /// There is no `/` after the host.
  case noDatabase
  /// There is no `/` after the database.
  case noKeys
  /// Host and database are both empty.
  case nowhere
  case port
  /// A colon after the host, where other URLs have the port.
  case hostWithColon
  /// Text between question marks has no `=`.
  case noValue
  /// An unknown setting; `nil` if its name is not a word.
  case unknownKey(String?)
  case twice(Part)
  case missing(Part)
  case partTooLong(Part, Int)
  case notUTF8(Part)
  case controlCharacter(Part)
  case semicolon(Part)
  case emptyColumn
  case tooManyColumns(Int)
  case badTLS
}

extension DataSourceNameError {
  private static let form = "backend://user:password@port+host/database/table=…?keycol=…?datacol=…"
  private static let escapes = "write : / @ + ? and = within a part as =3A =2F =40 =2B =3F and =3D"

  var found: String {
    switch self {
    case .tooLong(let count): "the name has \(count) bytes"
    case .noBackend: "there is no backend before \"://\""
    case .noDatabase: "there is no \"/\" after the host"
    case .noKeys: "there is no \"/\" after the database name"
    case .nowhere: "the host and the database are both empty"
    case .port: "the port before \"+\" is not a number from 1 to 65535"
    case .hostWithColon: "the host contains a colon"
    case .noValue: "a setting after the database has no \"=\""
    case .unknownKey(let key?): "unknown setting \"\(key)\""
    case .unknownKey(nil): "the name of a setting after the database is not a word"
    case .twice(let part): "\"\(part.rawValue)\" is set twice"
    case .missing(let part): "\"\(part.rawValue)\" is not set"
    case .partTooLong(let part, let count): "\"\(part.rawValue)\" has \(count) bytes"
    case .notUTF8(let part): "\"\(part.rawValue)\" is not valid UTF-8"
    case .controlCharacter(let part): "\"\(part.rawValue)\" contains a control character"
    case .semicolon(let part): "\"\(part.rawValue)\" contains a semicolon outside quotes"
    case .emptyColumn: "\"datacol\" has an empty column"
    case .tooManyColumns(let count): "\"datacol\" has \(count) columns"
    case .badTLS: "the value of \"tls\" is invalid"
    }
  }

  var expected: String {
    switch self {
    case .tooLong: "at most \(DataSourceName.longest)"
    case .noBackend, .noDatabase, .noKeys, .nowhere: Self.form + "; \(Self.escapes)"
    case .port: "a port and a host such as 5432+db.example.com; \(Self.escapes)"
    case .hostWithColon:
      "the port before the host, such as 5432+db.example.com, and an IPv6 address in brackets; \(Self.escapes)"
    case .noValue: "key=value settings separated by question marks; \(Self.escapes)"
    case .unknownKey: "table, keycol, datacol, filter or tls, separated by question marks; \(Self.escapes)"
    case .twice: "each setting once"
    case .missing(let part): "/table=…?keycol=…?datacol=… after the database, with a value for \(part.rawValue)"
    case .partTooLong: "at most \(DataSourceName.longestPart)"
    case .notUTF8: "UTF-8, also in bytes written as =XX"
    case .controlCharacter: "text without control characters, also in bytes written as =XX"
    case .semicolon: "a table name, column names, or one condition"
    case .emptyColumn: "column names separated by single commas"
    case .tooManyColumns: "at most \(DataSourceName.maximumColumns)"
    case .badTLS: "one of: \(DataSourceName.TLS.allCases.map(\.rawValue).joined(separator: " "))"
    }
  }
}
