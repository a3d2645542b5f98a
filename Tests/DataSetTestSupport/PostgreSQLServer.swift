import Glibc
import Synchronization
import TestSupport
import Testing

/// PostgreSQL on a port of 127.0.0.1, with its own directory, TLS, and a user `odk` who may do anything.
final class PostgreSQLServer: DatabaseServer {
  /// The directory of its programs; `nil` if it is not installed.
  static let programs: String? = {
    let root = "/usr/lib/postgresql"
    let versions = ((try? TestFiles.names(in: root)) ?? []).compactMap { Int($0) }.sorted()
    return versions.last { access("\(root)/\($0)/bin/postgres", X_OK) == 0 }.map { "\(root)/\($0)/bin" }
  }()

  /// The server started by the current suite.
  @TaskLocal static var current: PostgreSQLServer?

  let port: Int
  let folder: String
  let authority: TestAuthority
  private let programs: String
  private let process = Mutex<ChildProcess?>(nil)

  init() async throws {
    guard let programs = Self.programs else { throw ChildProcess.Failure("PostgreSQL is not installed") }
    self.programs = programs
    port = try FreePort.find()
    folder = try TestFiles.makeFolder("/tmp/dkim-pgsql.")
    authority = try await TestAuthority(in: folder)
    do {
      try ServerUser.give(folder, to: "postgres")
      let certificate = try await authority.certificate("server", for: "IP:127.0.0.1")
      for file in [certificate.file, certificate.key] { try ServerUser.give(file, to: "postgres") }
      try await makeCluster()
      try await start()
    } catch {
      remove()
      throw error
    }
  }

  private func makeCluster() async throws {
    let passwordFile = folder + "/password"
    try TestFiles.write(Array(Self.password.utf8), to: passwordFile)
    try ServerUser.give(passwordFile, to: "postgres")
    let command = [
      programs + "/initdb", "-D", folder + "/data", "-A", "scram-sha-256", "--pwfile=" + passwordFile, "-U", "odk",
      "-E", "UTF8", "--locale=C.UTF-8", "--no-sync",
    ]
    try await ServerUser.run(ServerUser.command(command, as: "postgres"), log: folder + "/initdb.log")
  }

  func start() async throws {
    let settings = [
      "listen_addresses=127.0.0.1", "unix_socket_directories=\(folder)", "fsync=off", "ssl=on", "max_connections=40",
      "ssl_cert_file=\(folder)/server.pem", "ssl_key_file=\(folder)/server.key",
    ]
    let command =
      [programs + "/postgres", "-D", folder + "/data", "-p", "\(port)"] + settings.flatMap { ["-c", $0] }
    let child = try ChildProcess(ServerUser.command(command, as: "postgres"), log: folder + "/log")
    process.withLock { $0 = child }
    try await eventually("PostgreSQL responds", within: .seconds(30)) {
      let ready = ["-h", "127.0.0.1", "-p", "\(self.port)", "-q"]
      return try await ChildProcess([self.programs + "/pg_isready"] + ready).end() == 0
    }
  }

  func stop() {
    process.withLock { child in
      child?.signal(SIGCONT)
      child?.stop(SIGINT, timeout: .seconds(10))
      child = nil
    }
  }

  func remove() {
    stop()
    TestFiles.removeFolder(folder)
  }

  /// Every connection has its own process.
  func fallSilent(_ isSilent: Bool) {
    process.withLock { child in
      guard let id = child?.id else { return }
      if isSilent { kill(id, SIGSTOP) }
      for process in ServerUser.children(of: id) { kill(process, isSilent ? SIGSTOP : SIGCONT) }
      if !isSilent { kill(id, SIGCONT) }
    }
  }

  func run(_ sql: String) async throws {
    let file = try TestFiles.makeFolder(folder + "/sql.") + "/statements"
    try TestFiles.write(Array(sql.utf8), to: file)
    let command = ["psql", "-h", "127.0.0.1", "-p", "\(port)", "-U", "odk", "-d", "postgres"]
    try await ServerUser.run(
      command + ["-q", "-v", "ON_ERROR_STOP=1", "-f", file],
      environment: ["PGPASSWORD": Self.password, "PGCLIENTENCODING": "UTF8"], log: file + ".log")
  }

  func endConnections() async throws {
    try await run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'dkim-milter'")
  }

  func specification(
    _ table: String, key: String, columns: String, database: String?, login: String?, host: String?, more: String
  ) -> String {
    let (login, host) = (login ?? "odk:\(Self.encodedPassword)", host ?? "127.0.0.1")
    let settings = "table=\(table)?keycol=\(key)?datacol=\(columns)\(more)"
    return "dsn:pgsql://\(login)@\(port)+\(host)/\(database ?? "postgres")/\(settings)"
  }

  func quoted(_ text: String) -> String { "'" + text.map { $0 == "'" ? "''" : String($0) }.joined() + "'" }

  let textType = "TEXT"
  let longTextType = "TEXT"

  func making(user: String, mayRead: Bool) -> String {
    "CREATE USER \(user) PASSWORD '\(user)';"
      + (mayRead ? "GRANT SELECT ON ALL TABLES IN SCHEMA public TO \(user);" : "")
  }
}

/// Starts PostgreSQL for a suite.
struct PostgreSQLTrait: SuiteTrait, TestScoping {
  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    let server = try await PostgreSQLServer()
    defer { server.remove() }
    try await server.makeTables()
    try await PostgreSQLServer.$current.withValue(server) { try await function() }
  }
}

extension Trait where Self == PostgreSQLTrait {
  static var postgreSQL: Self { Self() }
}
