import Glibc
import Synchronization
import TestSupport
import Testing

@testable import DataSetTestSupport

/// MariaDB on a port of 127.0.0.1, with its own directory, TLS, a database `dkim`, and a user `odk` who may do
/// anything.
final class MariaDBServer: DatabaseServer {
  static let program = "/usr/sbin/mariadbd"
  static var isInstalled: Bool { access(program, X_OK) == 0 }

  /// The server started by the current suite.
  @TaskLocal static var current: MariaDBServer?

  let port: Int
  let folder: String
  let authority: TestAuthority
  private let process = Mutex<ChildProcess?>(nil)

  init() async throws {
    port = try FreePort.find()
    folder = try TestFiles.makeFolder("/tmp/dkim-mysql.")
    authority = try await TestAuthority(in: folder)
    do {
      try ServerUser.give(folder, to: "mysql")
      let certificate = try await authority.certificate("server", for: "IP:127.0.0.1")
      for file in [certificate.file, certificate.key] { try ServerUser.give(file, to: "mysql") }
      let command = [
        "mariadb-install-db", "--no-defaults", "--datadir=" + folder + "/data", "--skip-test-db",
        "--auth-root-authentication-method=normal",
      ]
      try await ServerUser.run(ServerUser.command(command, as: "mysql"), log: folder + "/install.log")
      try await start()
      try await run(
        """
        CREATE DATABASE dkim CHARACTER SET utf8mb4;
        CREATE USER odk@'127.0.0.1' IDENTIFIED BY '\(Self.password)';
        GRANT ALL ON *.* TO odk@'127.0.0.1';
        """, database: "mysql")
    } catch {
      remove()
      throw error
    }
  }

  func start() async throws {
    let command = [
      Self.program, "--no-defaults", "--datadir=" + folder + "/data", "--bind-address=127.0.0.1", "--port=\(port)",
      "--socket=" + folder + "/socket", "--pid-file=" + folder + "/pid", "--character-set-server=utf8mb4",
      "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=16M", "--ssl-ca=" + authority.file,
      "--ssl-cert=\(folder)/server.pem", "--ssl-key=\(folder)/server.key", "--max-connections=40",
    ]
    let child = try ChildProcess(ServerUser.command(command, as: "mysql"), log: folder + "/log")
    process.withLock { $0 = child }
    try await eventually("MariaDB responds", within: .seconds(30)) {
      let ping = ["mariadb-admin", "--no-defaults", "-S", self.folder + "/socket", "-u", "root", "ping"]
      return try await ChildProcess(ping).end() == 0
    }
  }

  func stop() {
    process.withLock { child in
      child?.signal(SIGCONT)
      child?.stop(SIGTERM, timeout: .seconds(10))
      child = nil
    }
  }

  func remove() {
    stop()
    TestFiles.removeFolder(folder)
  }

  func fallSilent(_ isSilent: Bool) { process.withLock { isSilent ? $0?.pause() : $0?.resume() } }

  func run(_ sql: String) async throws { try await run(sql, database: "dkim") }

  private func run(_ sql: String, database: String) async throws {
    let file = try TestFiles.makeFolder(folder + "/sql.") + "/statements"
    try TestFiles.write(Array(sql.utf8), to: file)
    let options = ["--no-defaults", "--default-character-set=utf8mb4", "-S", folder + "/socket", "-u", "root"]
    try await ServerUser.run(
      ["mariadb"] + options + ["-e", "source \(file)", database], log: file + ".log")
  }

  func endConnections() async throws { try await run("KILL HARD USER odk@'127.0.0.1'") }

  func specification(
    _ table: String, key: String, columns: String, database: String?, login: String?, host: String?, more: String
  ) -> String {
    let (login, host) = (login ?? "odk:\(Self.encodedPassword)", host ?? "127.0.0.1")
    let settings = "table=\(table)?keycol=\(key)?datacol=\(columns)\(more)"
    return "dsn:mysql://\(login)@\(port)+\(host)/\(database ?? "dkim")/\(settings)"
  }

  func quoted(_ text: String) -> String {
    "'" + text.map { $0 == "'" ? "''" : $0 == "\\" ? "\\\\" : String($0) }.joined() + "'"
  }

  let textType = "VARCHAR(700) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
  let longTextType = "LONGTEXT CHARACTER SET utf8mb4"

  func making(user: String, mayRead: Bool) -> String {
    "CREATE USER \(user)@'127.0.0.1' IDENTIFIED BY '\(user)';"
      + (mayRead ? "GRANT SELECT ON dkim.* TO \(user)@'127.0.0.1';" : "")
  }
}

/// Starts MariaDB for a suite.
struct MariaDBTrait: SuiteTrait, TestScoping {
  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    let server = try await MariaDBServer()
    defer { server.remove() }
    try await server.makeTables()
    try await MariaDBServer.$current.withValue(server) { try await function() }
  }
}

extension Trait where Self == MariaDBTrait {
  static var mariaDB: Self { Self() }
}
