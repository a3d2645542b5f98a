/// The location of rows in an SQL database, as written after `dsn:`:
///
/// A second colon after the backend is ignored. Every part may contain quoted-printable codes (`=40` for an at sign),
/// which are decoded after the name has been split into parts.
struct DataSourceName: Sendable, Hashable {
  /// `tls=`: how the connection is encrypted.
  enum TLS: String, Sendable, Hashable, CaseIterable {
    /// Encrypted; the server's certificate and the name in it are checked.
    case yes
    /// Not encrypted.
    case no
    /// Encrypted; the server's identity is not checked.
    case unverified
  }

  /// In lower case: `pgsql`, `mysql`, …
  let backend: String
  let user: String?
  let password: String?
  let port: Int?
  /// May be empty if the database is a file.
  let host: String
  let database: String
  /// As the administrator wrote it, with quotes where SQL needs them; the same applies to columns and filter.
  let table: String
  let keyColumn: String
  let dataColumns: [String]
  /// A condition that every row must meet.
  let filter: String?
  /// `nil`: the connection is encrypted if the server offers it.
  let tls: TLS?

  /// Maximum length of the name in bytes.
  static let longest = 16_384
  /// Maximum length of a part in bytes.
  static let longestPart = 4096
  static let maximumColumns = 64
}

extension DataSourceName {
  /// The server for messages, without user and password.
  var location: String { (host.contains(":") ? "[\(host)]" : host) + (port.map { ":\($0)" } ?? "") }
}
