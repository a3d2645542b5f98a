/// Where rows are kept in SQL, as it stands behind `dsn:`
/// `backend://[user[:password]@][port+]host/database/key=value?key=value…`
///
/// A second colon behind the backend is passed over. Every part may be written in quoted-printable (`=40` for an at
/// sign), and is read after the parts have been told apart.
struct DataSourceName: Sendable, Hashable {
  /// `tls=`: what is asked of the connection.
  enum TLS: String, Sendable, Hashable, CaseIterable {
    /// It is encrypted, and the certificate of the server is checked, with the name in it.
    case yes
    /// It is not encrypted.
    case no
    /// It is encrypted; whoever is at the other end.
    case unverified
  }

  /// In lower case: `pgsql`, `mysql`, …
  let backend: String
  let user: String?
  let password: String?
  let port: Int?
  /// May be empty where a database is a file.
  let host: String
  let database: String
  /// As the administrator wrote it, quoted where SQL needs that; so are columns and the filter.
  let table: String
  let keyColumn: String
  let dataColumns: [String]
  /// A condition that every row has to meet.
  let filter: String?
  /// `nil`: the connection is encrypted where the server offers it.
  let tls: TLS?

  /// The longest name, octets.
  static let longest = 16_384
  /// The longest part of one, octets.
  static let longestPart = 4096
  static let mostColumns = 64
}

extension DataSourceName {
  /// For messages: what is connected to, without user and password.
  var place: String { (host.contains(":") ? "[\(host)]" : host) + (port.map { ":\($0)" } ?? "") }
}
