/// Why a text is no ``DataSourceName``. Nothing in it shows user, password, or what might be a piece of either.
enum DataSourceNameError: Error, Sendable, Hashable {
  /// A piece of the name.
  enum Part: String, Sendable, Hashable {
    case user, password, host, database, table, keycol, datacol, filter, tls
  }

  /// More octets than are read.
  case tooLong(Int)
  /// No backend stands before `://`.
  case noBackend
  /// No `/` stands behind the host.
  case noDatabase
  /// No `/` stands behind the database.
  case noKeys
  /// Host and database are both empty.
  case nowhere
  case port
  /// A colon behind the host, where other URLs have the port.
  case hostWithColon
  /// Between question marks there is something without `=`.
  case noValue
  /// A key that has no meaning; `nil` where it is no word.
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
    case .tooLong(let count): "it has \(count) octets"
    case .noBackend: "no backend stands before \"://\""
    case .noDatabase: "no \"/\" stands behind the host"
    case .noKeys: "no \"/\" stands behind the name of the database"
    case .nowhere: "neither a host nor a database is named"
    case .port: "the port before \"+\" is no number from 1 to 65535"
    case .hostWithColon: "the host holds a colon"
    case .noValue: "a setting behind the database has no \"=\""
    case .unknownKey(let key?): "unknown setting \"\(key)\""
    case .unknownKey(nil): "a setting behind the database is called by no word"
    case .twice(let part): "\"\(part.rawValue)\" is set twice"
    case .missing(let part): "\"\(part.rawValue)\" is not set"
    case .partTooLong(let part, let count): "\"\(part.rawValue)\" has \(count) octets"
    case .notUTF8(let part): "\"\(part.rawValue)\" is no UTF-8"
    case .controlCharacter(let part): "\"\(part.rawValue)\" holds a control character"
    case .semicolon(let part): "\"\(part.rawValue)\" holds a semicolon outside of quotes"
    case .emptyColumn: "\"datacol\" has an empty column"
    case .tooManyColumns(let count): "\"datacol\" has \(count) columns"
    case .badTLS: "the value of \"tls\" has no meaning"
    }
  }

  var expected: String {
    switch self {
    case .tooLong: "at most \(DataSourceName.longest)"
    case .noBackend, .noDatabase, .noKeys, .nowhere: Self.form + "; \(Self.escapes)"
    case .port: "such as 5432+db.example.com; \(Self.escapes)"
    case .hostWithColon:
      "the port before the host, such as 5432+db.example.com, and an IPv6 address in brackets; \(Self.escapes)"
    case .noValue: "key=value, with question marks between them; \(Self.escapes)"
    case .unknownKey: "table, keycol, datacol, filter or tls, with question marks between them; \(Self.escapes)"
    case .twice: "each setting once"
    case .missing(let part): "/table=…?keycol=…?datacol=… behind the database, with a value for \(part.rawValue)"
    case .partTooLong: "at most \(DataSourceName.longestPart)"
    case .notUTF8: "UTF-8, also where octets are written as =XX"
    case .controlCharacter: "text without control characters, also where octets are written as =XX"
    case .semicolon: "the name of a table or column, or one condition"
    case .emptyColumn: "names of columns with single commas between them"
    case .tooManyColumns: "at most \(DataSourceName.mostColumns)"
    case .badTLS: "one of: \(DataSourceName.TLS.allCases.map(\.rawValue).joined(separator: " "))"
    }
  }
}
