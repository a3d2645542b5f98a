public import DKIMDNS
import Glibc
import SystemPackage

/// An installed name server that runs on a port of 127.0.0.1, with its own directory.
public final class NameServerProcess: Sendable {
  public static let nsd = "/usr/sbin/nsd"
  public static let unbound = "/usr/sbin/unbound"

  /// Whether the program is installed.
  public static func isInstalled(_ program: String) -> Bool { access(program, X_OK) == 0 }

  public let server: NameServer
  private let process: ChildProcess
  private let directory: String

  private init(_ program: String, port: Int, directory: String, configuration: String) throws {
    self.directory = directory
    server = try NameServer("127.0.0.1@\(port)")
    let file = directory + "/server.conf"
    try TestFiles.write(Array(configuration.utf8), to: file)
    process = try ChildProcess([program, "-d", "-c", file], log: directory + "/log")
  }

  /// Stops the process, and kills it after two seconds.
  public func stop() {
    process.stop(timeout: .seconds(2))
    TestFiles.removeFolder(directory)
  }

  /// An authoritative server for `zones`; the zone files are in `folder` and have the names of the zones.
  public static func startNSD(zones: [String], in folder: String) async throws -> NameServerProcess {
    let zoneLines = zones.map { "zone:\n  name: \($0)\n  zonefile: \($0)\n" }.joined()
    return try await start(nsd, asking: zones.first ?? ".") { port, directory in
      """
      server:
        ip-address: 127.0.0.1@\(port)
        username: ""
        chroot: ""
        zonesdir: "\(folder)"
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
      \(zoneLines)
      """
    }
  }

  /// A resolver that queries the given server for each zone in `stubs`, and validates with the file `trustAnchor`.
  public static func startUnbound(
    stubs: [String: NameServer], trustAnchor: String? = nil
  ) async throws -> NameServerProcess {
    let stubLines = stubs.map {
      "stub-zone:\n  name: \($0.key)\n  stub-addr: \($0.value.address)@\($0.value.port)\n"
    }.joined()
    let validation = trustAnchor.map { "module-config: \"validator iterator\"\n  trust-anchor-file: \"\($0)\"" }
    return try await start(unbound, asking: "localhost") { port, directory in
      """
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
        \(validation ?? "module-config: \"iterator\"")
        local-zone: "test." nodefault
        ede: yes
      remote-control:
        control-enable: no
      \(stubLines)
      """
    }
  }

  /// Starts a server. Another process may have taken the port, so this is tried several times.
  private static func start(
    _ program: String, asking name: String, _ configuration: (_ port: Int, _ directory: String) -> String
  ) async throws -> NameServerProcess {
    var attempt = 1
    while true {
      let directory = try TestFiles.makeFolder("/tmp/dkim-dns-")
      let port = try FreePort.find()
      let started = try NameServerProcess(
        program, port: port, directory: directory, configuration: configuration(port, directory))
      do {
        try await started.waitUntilReady(port)
        return started
      } catch {
        let log = (try? TestFiles.read(directory + "/log")) ?? []
        started.stop()
        attempt += 1
        if attempt > 4 {
          throw ChildProcess.Failure("\(program): \(error): \(String(decoding: log.suffix(2000), as: UTF8.self))")
        }
      }
    }
  }

  private func waitUntilReady(_ port: Int) async throws {
    try await eventually("the name server listens", within: .seconds(20)) {
      if !process.isRunning { throw ChildProcess.Failure("it ended") }
      return FreePort.isListening(port)
    }
  }
}
