@testable import DataSetTestSupport

import TestSupport

@testable import DataSetTestSupport

/// PostgreSQL, used through ODBC with a connection string, so that no configuration file is needed.
struct ODBCServer: DatabaseServer {
  static var hasDriver: Bool {
    let settings = (try? TestFiles.read("/etc/odbcinst.ini")) ?? []
    return String(decoding: settings, as: UTF8.self).contains("[PostgreSQL Unicode]")
  }

  let server: PostgreSQLServer
  /// `PostgreSQL Unicode` or `PostgreSQL ANSI`
  let driver: String

  var authority: TestAuthority { server.authority }
  func stop() { server.stop() }
  func start() async throws { try await server.start() }
  func fallSilent(_ isSilent: Bool) { server.fallSilent(isSilent) }
  func run(_ sql: String) async throws { try await server.run(sql) }
  func endConnections() async throws { try await server.endConnections() }
  func quoted(_ text: String) -> String { server.quoted(text) }
  var textType: String { server.textType }
  var longTextType: String { server.longTextType }
  func making(user: String, mayRead: Bool) -> String { server.making(user: user, mayRead: mayRead) }

  func specification(
    _ table: String, key: String, columns: String, database: String?, login: String?, host: String?, more: String
  ) -> String {
    let settings = [
      "DRIVER={\(driver)}", "SERVER=127.0.0.1", "PORT=\(server.port)", "DATABASE=\(database ?? "postgres")",
      "pqopt={application_name=dkim-milter}",
    ]
    let signs: [Character: String] = ["=": "=3D", "{": "=7B", "}": "=7D"]
    let string = settings.joined(separator: ";").map { signs[$0] ?? String($0) }.joined()
    let login = login ?? "odk:\(PostgreSQLServer.encodedPassword)"
    return "dsn:odbc://\(login)@localhost/\(string)/table=\(table)?keycol=\(key)?datacol=\(columns)\(more)"
  }
}
