/// A database server started by tests: the common interface.
protocol DatabaseServer: Sendable {
  var authority: TestAuthority { get }
  /// Stops the server and closes every connection.
  func stop()
  /// Starts the server, and returns when users can log in.
  func start() async throws
  /// Suspends every process of the server, so that it neither responds nor closes connections; or resumes them.
  func fallSilent(_ isSilent: Bool)
  /// Runs statements.
  func run(_ sql: String) async throws
  /// Makes the server close the connections of `odk`.
  func endConnections() async throws
  /// The specification of a data set for a table; `nil` means the default.
  func specification(
    _ table: String, key: String, columns: String, database: String?, login: String?, host: String?, more: String
  ) -> String
  func quoted(_ text: String) -> String
  /// A column type in which all different texts are distinct.
  var textType: String { get }
  var longTextType: String { get }
  /// Statements that create a user with the name as password, who may read every table or none.
  func making(user: String, mayRead: Bool) -> String
}

extension DatabaseServer {
  static var password: String { "s3:cret@/+?=" }
  /// The password in quoted-printable.
  static var encodedPassword: String { "s3=3Acret=40=2F=2B=3F=3D" }

  func specification(
    _ table: String, key: String = "k", columns: String = "v", database: String? = nil, login: String? = nil,
    host: String? = nil, more: String = ""
  ) -> String {
    specification(table, key: key, columns: columns, database: database, login: login, host: host, more: more)
  }

  /// Creates the tables that ``DatabaseChecks`` uses.
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
