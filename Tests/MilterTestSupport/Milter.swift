package import DKIMDNS
import Glibc
package import MilterPeer
package import TestSupport

/// Options for starting a milter.
package struct MilterSetup: Sendable {
  /// The destination of standard output and standard error.
  package enum Log: Sendable {
    case file
    case path(String)
  }

  /// The program, which is started with `-f -x FILE`.
  package var program = MilterRun.program
  /// Whether the usual settings for signing and for Authentication-Results are written.
  package var hasUsualRules = true
  /// Settings after the usual ones; the last one with a name counts.
  package var lines: [String] = []
  package var nameServer: NameServer?
  /// Shell commands to run first, such as `ulimit -n 64`.
  package var preparation: [String] = []
  package var environment: [String: String] = [:]
  package var log = Log.file

  package init(_ lines: String...) { self.lines = lines }
}

/// A milter with its own directory, on a unix socket, that signs for ``Mail/ours`` with a key in the directory.
package final class Milter: Sendable {
  package let process: ChildProcess
  package let folder: String
  private let setup: MilterSetup
  /// The address where it listens, as seen by the tests.
  package let socket: String

  package var address: PeerAddress { .unix(path: socket) }
  package var configuration: String { folder + "/opendkim.conf" }
  package var keyFile: String { folder + "/ours.private" }
  package var logFile: String { folder + "/log" }

  private init(_ setup: MilterSetup, in folder: String, socket: String? = nil) throws {
    self.folder = folder
    self.socket = socket ?? folder + "/socket"
    self.setup = setup
    try Self.write(Self.usualLines(folder, setup) + setup.lines, to: folder + "/opendkim.conf")
    let path =
      switch setup.log {
      case .file: folder + "/log"
      case .path(let path): path
      }
    let words = [setup.program, "-f", "-x", folder + "/opendkim.conf"]
    let shell = ["sh", "-c", (setup.preparation + ["exec \"$0\" \"$@\""]).joined(separator: "\n")]
    process = try ChildProcess(
      (setup.preparation.isEmpty ? [] : shell) + words, environment: setup.environment, log: path)
  }

  /// Runs `body` with a milter that listens, then stops it, and kills it if necessary.
  /// - Parameters:
  ///   - folder: An existing directory that contains a key.
  ///   - socket: The address where it listens, if not in its directory.
  ///   - prepare: Called with the directory, which already contains the key, before the milter is started.
  package nonisolated(nonsending) static func run<Result>(
    _ setup: MilterSetup = MilterSetup(), in folder: String? = nil, listening socket: String? = nil,
    prepare: (String) throws -> Void = { _ in },
    _ body: nonisolated(nonsending) (Milter) async throws -> Result
  ) async throws -> Result {
    let isOurs = folder == nil
    let folder = try folder ?? makeFolder(prepare)
    defer { if isOurs { TestFiles.removeFolder(folder) } }
    let milter = try Milter(setup, in: folder, socket: socket)
    defer { milter.process.stop(timeout: .seconds(2)) }
    try await milter.waitUntilListening()
    // It listens before all of its event loops are created; when it answers, they exist.
    try await MailSession.open(milter).quit()
    return try await body(milter)
  }

  /// Starts a milter that should end by itself. Returns its exit status and its output.
  package nonisolated(nonsending) static func fail(
    _ setup: MilterSetup, within limit: Duration = .seconds(10), prepare: (String) throws -> Void = { _ in }
  ) async throws -> (status: Int, log: String) {
    let folder = try makeFolder(prepare)
    defer { TestFiles.removeFolder(folder) }
    let milter = try Milter(setup, in: folder)
    defer { milter.process.stop(timeout: .zero) }
    return (try await milter.process.end(within: limit), milter.log)
  }

  /// Creates a directory that contains a key.
  package static func makeFolder(_ prepare: (String) throws -> Void = { _ in }) throws -> String {
    let folder = try TestFiles.makeFolder("/tmp/dkim-faults-")
    do {
      try TestFiles.write(Mail.pem(Mail.ourKey), to: folder + "/ours.private")
      try prepare(folder)
    } catch {
      TestFiles.removeFolder(folder)
      throw error
    }
    return folder
  }

  private static func usualLines(_ folder: String, _ setup: MilterSetup) -> [String] {
    let rules = [
      "Domain \(Mail.ours)", "Selector sel", "KeyFile \(folder)/ours.private", "Canonicalization relaxed/simple",
      "OversignHeaders From", "AuthservID \(Mail.host)",
    ]
    // Directories for tests are in a directory where everyone may write.
    var lines =
      ["Socket local:\(folder)/socket"] + (setup.hasUsualRules ? rules : []) + ["Background no", "RequireSafeKeys no"]
    if MilterRun.isSuperuser { lines.append("UserID root") }
    if let server = setup.nameServer { lines.append("Nameservers \(server.address)@\(server.port)") }
    return lines
  }

  private static func write(_ lines: [String], to path: String) throws {
    try TestFiles.write(Array((lines.joined(separator: "\n") + "\n").utf8), to: path)
  }

  private nonisolated(nonsending) func waitUntilListening() async throws {
    try await eventually("the milter listens", within: .seconds(30)) {
      guard process.isRunning else { throw ChildProcess.Failure("it ended with \(process.exitStatus ?? -1): \(log)") }
      guard let socket = RawSocket(unix: socket) else { return false }
      socket.close()
      return true
    }
  }

  /// Rewrites the configuration, with these lines after the usual ones. The test must request the reload.
  package func reconfigure(_ lines: [String]) throws {
    try Self.write(Self.usualLines(folder, setup) + lines, to: configuration)
  }

  package var log: String { (try? TestFiles.read(logFile)).map { String(decoding: $0, as: UTF8.self) } ?? "" }

  /// Waits until the log contains a text.
  package nonisolated(nonsending) func waitForLog(_ text: String, count: Int = 1, within limit: Duration = .seconds(10))
    async throws
  {
    try await eventually("the log contains \(text), \(count) times: \(log.suffix(1000))", within: limit) {
      log.components(of: text) >= count
    }
  }
}

extension String {
  /// Returns the number of occurrences of `text`.
  package func components(of text: String) -> Int {
    let (bytes, wanted) = (Array(utf8), Array(text.utf8))
    guard wanted.count > 0, bytes.count >= wanted.count else { return 0 }
    return (0...(bytes.count - wanted.count)).count { bytes[$0] == wanted[0] && bytes[$0...].starts(with: wanted) }
  }
}
