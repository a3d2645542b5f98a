/// A server of a database that tests start: what all of them have in common.
protocol DatabaseServer: Sendable {
  var authority: TestAuthority { get }
  /// Ends it, and with it every connection.
  func stop()
  /// Starts it, and returns when it lets users in.
  func start() async throws
  /// Stops every process of it, so that it neither answers nor closes anything; or lets them go on.
  func fallSilent(_ isSilent: Bool)
  /// Runs statements.
  func run(_ sql: String) async throws
  /// Has the server end the connections of `odk`.
  func endConnections() async throws
  /// A data set of a table of the server; `nil` for what is as it should be.
  func specification(
    _ table: String, key: String, columns: String, database: String?, login: String?, host: String?, more: String
  ) -> String
  func quoted(_ text: String) -> String
  /// A type of columns in which every text differs from every other.
  var textType: String { get }
  var longTextType: String { get }
  /// Statements that make a user whose password is his name, and who may read every table or none.
  func making(user: String, mayRead: Bool) -> String
}

extension DatabaseServer {
  static var password: String { "s3:cret@/+?=" }
  /// The same in quoted-printable.
  static var encodedPassword: String { "s3=3Acret=40=2F=2B=3F=3D" }

  func specification(
    _ table: String, key: String = "k", columns: String = "v", database: String? = nil, login: String? = nil,
    host: String? = nil, more: String = ""
  ) -> String {
    specification(table, key: key, columns: columns, database: database, login: login, host: host, more: more)
  }

  /// Makes the tables that ``DatabaseChecks`` asks for.
  func makeTables() async throws {
    let pairs = (StoreRows.odd + StoreRows.many).map { "(\(quoted($0.key)), \(quoted($0.value)))" }
    let domain = quoted("bücher.example")
    try await run(
      """
      CREATE TABLE kv (k \(textType) PRIMARY KEY, v \(longTextType));
      \(inserts("kv", pairs))
      CREATE TABLE dkim (id INTEGER PRIMARY KEY, domain \(textType), selector \(textType), active INTEGER, key_ TEXT);
      INSERT INTO dkim VALUES (1293, \(domain), 's1', 1, '/k/1'), (7, 'b.example', NULL, 0, ''),
        (8, NULL, NULL, 1, NULL);
      CREATE TABLE big (k \(textType), v \(longTextType));
      INSERT INTO big VALUES ('most', REPEAT('x', 1048576)), ('more', REPEAT('x', 1048577)), ('less', 'y');
      INSERT INTO big VALUES (NULL, 'without a key');
      \(making(user: "weak", mayRead: false))
      \(making(user: "plain", mayRead: true))
      """)
  }

  private func inserts(_ table: String, _ rows: [String]) -> String {
    stride(from: 0, to: rows.count, by: 500).map { start in
      "INSERT INTO \(table) VALUES \(rows[start..<min(start + 500, rows.count)].joined(separator: ",\n"));\n"
    }.joined()
  }
}
