import Glibc
import NIOCore
import NIOPosix

@testable import DKIMDNS

/// A name server of the system, run by a test in a directory of its own.
final class ServerProcess {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  let server: NameServer
  private let process: pid_t
  private let directory: String

  /// Starts `program` with `arguments` and waits until `isReady` answers; files are written first.
  private init(_ program: String, port: Int, directory: String, configuration: String) async throws {
    server = try NameServer("127.0.0.1@\(port)")
    self.directory = directory
    let file = directory + "/server.conf"
    try Self.write(configuration, to: file)
    process = try Self.spawn([program, "-d", "-c", file], log: directory + "/log")
  }

  /// False where the program is not installed.
  static func isInstalled(_ program: String) -> Bool { access(program, X_OK) == 0 }

  static let nsd = "/usr/sbin/nsd"
  static let unbound = "/usr/sbin/unbound"

  /// Authoritative for the zones of the folder Zones.
  static func startNSD() async throws -> ServerProcess {
    try await retrying { try await startNSDOnce() }
  }

  /// Resolves the test zones by asking `authority`, and validates the signed one.
  static func startUnbound(authority: NameServer) async throws -> ServerProcess {
    try await retrying { try await startUnboundOnce(authority) }
  }

  /// Somebody else may have taken the port.
  private static func retrying(_ start: () async throws -> ServerProcess) async throws -> ServerProcess {
    for _ in 0..<4 {
      if let process = try? await start() { return process }
    }
    return try await start()
  }

  private static func startNSDOnce() async throws -> ServerProcess {
    let directory = try makeDirectory()
    let port = try await freePort()
    let zones = zoneFolder
    let configuration = """
      server:
        ip-address: 127.0.0.1@\(port)
        username: ""
        chroot: ""
        zonesdir: "\(zones)"
        database: ""
        pidfile: "\(directory)/pid"
        xfrdfile: "\(directory)/xfrd"
        xfrdir: "\(directory)"
        zonelistfile: "\(directory)/zones"
        rrl-ratelimit: 0
        rrl-whitelist-ratelimit: 0
        server-count: 1
      remote-control:
        control-enable: no
      zone:
        name: plain.test
        zonefile: plain.test
      zone:
        name: signed.test
        zonefile: signed.test
      """
    let process = try await ServerProcess(nsd, port: port, directory: directory, configuration: configuration)
    try await process.waitUntilReady("sel._domainkey.plain.test")
    return process
  }

  private static func startUnboundOnce(_ authority: NameServer) async throws -> ServerProcess {
    let directory = try makeDirectory()
    let port = try await freePort()
    let stubs = ["plain.test", "signed.test"].map {
      "stub-zone:\n  name: \($0)\n  stub-addr: \(authority.address)@\(authority.port)\n"
    }
    let configuration = """
      server:
        interface: 127.0.0.1
        port: \(port)
        username: ""
        chroot: ""
        directory: "\(directory)"
        pidfile: "\(directory)/pid"
        use-syslog: no
        do-ip6: no
        do-daemonize: no
        num-threads: 1
        do-not-query-localhost: no
        module-config: "validator iterator"
        trust-anchor-file: "\(zoneFolder)/signed.test.ds"
        local-zone: "test." nodefault
        ede: yes
      remote-control:
        control-enable: no
      \(stubs.joined())
      """
    let process = try await ServerProcess(unbound, port: port, directory: directory, configuration: configuration)
    try await process.waitUntilReady("sel._domainkey.plain.test")
    return process
  }

  /// Ends the process, with force after two seconds.
  func stop() {
    kill(process, SIGTERM)
    var status: Int32 = 0
    for attempt in 0..<400 where waitpid(process, &status, WNOHANG) == 0 {
      if attempt == 200 { kill(process, SIGKILL) }
      usleep(10_000)
    }
    Self.removeDirectory(directory)
  }

  static var zoneFolder: String {
    "\(#filePath)".split(separator: "/").dropLast(2).reduce("") { $0 + "/" + $1 } + "/Zones"
  }

  private func waitUntilReady(_ name: String) async throws {
    var configuration = DNSConfiguration(servers: [server])
    configuration.timeout = .milliseconds(500)
    let ready = try await withKeySource(configuration) { source in
      for _ in 0..<100 {
        if case .records = await source.answer(name: name) { return true }
        var status: Int32 = 0
        if waitpid(process, &status, WNOHANG) != 0 { return false }
        try await Task.sleep(for: .milliseconds(20))
      }
      return false
    }
    guard !ready else { return }
    let log = (try? FileOctets.read(directory + "/log", limit: 1 << 20)) ?? []
    stop()
    throw Failure(description: "the server did not start: " + String(decoding: log.suffix(2000), as: UTF8.self))
  }

  /// A port that was free a moment ago, for UDP and TCP.
  private static func freePort() async throws -> Int {
    let server = try await ScriptedServer.start { _ in [] }
    await server.stop()
    return server.server.port
  }

  static func makeDirectory() throws -> String {
    var template = Array("/tmp/dkim-dns-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Failure(description: "no temporary directory") }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  static func removeDirectory(_ path: String) {
    guard let listing = opendir(path) else { return }
    while let entry = readdir(listing) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard name != ".", name != ".." else { continue }
      if unlink(path + "/" + name) != 0 { rmdir(path + "/" + name) }
    }
    closedir(listing)
    rmdir(path)
  }

  static func write(_ text: String, to path: String) throws {
    guard let file = fopen(path, "w") else { throw Failure(description: "\(path) cannot be written") }
    fputs(text + "\n", file)
    fclose(file)
  }

  private static func spawn(_ arguments: [String], log: String) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    // Threads of tests block signals, and a child inherits that.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var process: pid_t = 0
    let result = posix_spawn(&process, arguments[0], &actions, &attributes, &words, environ)
    guard result == 0 else { throw Failure(description: "\(arguments[0]): error \(result)") }
    return process
  }
}
