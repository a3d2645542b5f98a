import Glibc
import Synchronization
import TestSupport

@testable import DKIMDataSets
@testable import DataSetTestSupport

/// A redis-server on a port of 127.0.0.1, and on a unix socket in its directory.
final class RedisServer: Sendable {
  let port: Int
  let folder: String
  private let options: [String]
  private let process: Mutex<ChildProcess>

  static var isInstalled: Bool { access("/usr/bin/redis-server", X_OK) == 0 }

  /// - Parameters:
  ///   - files: files in its directory, which only their owner can access, by name.
  ///   - options: additional options of the program, with `FOLDER` for its directory.
  init(files: [String: String] = [:], options: [String] = []) async throws {
    let folder = try TestFiles.makeFolder("/tmp/redis.")
    self.folder = folder
    port = try FreePort.find()
    for (name, text) in files { try TestFiles.write(Array(text.utf8), to: "\(folder)/\(name)") }
    self.options = options.map { option in
      option.hasPrefix("FOLDER") ? folder + option.dropFirst("FOLDER".count) : option
    }
    if getuid() == 0 {
      _ = try await ChildProcess(["chown", "-R", "redis:redis", folder]).end()
      // The tests can access the directory, the server can write to it.
      chmod(folder, 0o755)
    }
    process = Mutex(try Self.process(port, folder, self.options))
    try await awaitAnswer()
  }

  deinit {
    process.withLock { _ = $0.stop(timeout: .zero) }
    TestFiles.removeFolder(folder)
  }

  var socket: String { folder + "/s" }

  /// The path of the socket in the form of a host in a specification.
  var socketHost: String { socket.split(separator: "/").map { "%2F" + $0 }.joined() }

  func stop() { process.withLock { _ = $0.stop() } }

  /// Starts the server again, with the rows it had at the last `SAVE`.
  func start() async throws {
    let process = try Self.process(port, folder, options)
    self.process.withLock { $0 = process }
    try await awaitAnswer()
  }

  func pause() { process.withLock { $0.pause() } }

  func resume() { process.withLock { $0.resume() } }

  /// Stores `PREFIX:KEY` for every row.
  func put(_ rows: [(key: String, value: String)], prefix: String, database: Int = 0, login: [String] = []) throws {
    let login = login.isEmpty ? [] : [["AUTH"] + login]
    try run(login + [["SELECT", "\(database)"]] + rows.map { ["SET", "\(prefix):\($0.key)", $0.value] })
  }

  /// Runs commands that must succeed.
  func run(_ commands: [[String]]) throws {
    let deadline = Deadline(in: 20_000)
    let stream = BufferedStream(try Endpoint(.unix(socket)).connect(until: deadline))
    for some in stride(from: 0, to: commands.count, by: 100) {
      let part = commands[some..<min(some + 100, commands.count)]
      try stream.write(part.flatMap { RedisCommand.bytes($0.map { Array($0.utf8) }) }, until: deadline)
      for command in part {
        if case .error(let text) = try RedisReply.read(from: stream, until: deadline) {
          throw ChildProcess.Failure("\(command[0]): \(String(decoding: text, as: UTF8.self))")
        }
      }
    }
  }

  private static func process(_ port: Int, _ folder: String, _ options: [String]) throws -> ChildProcess {
    let asUser = getuid() == 0 ? ["setpriv", "--reuid", "redis", "--regid", "redis", "--clear-groups"] : []
    return try ChildProcess(
      asUser + [
        "redis-server", "--bind", "127.0.0.1", "--port", "\(port)", "--unixsocket", folder + "/s",
        "--unixsocketperm", "777", "--save", "", "--appendonly", "no", "--dir", folder,
      ] + options, log: folder + "/log")
  }

  private func awaitAnswer() async throws {
    try await eventually("redis-server responds", within: .seconds(10)) {
      guard let stream = try? Endpoint(.unix(socket)).connect(until: Deadline(in: 500)) else { return false }
      let buffered = BufferedStream(stream)
      guard (try? buffered.write(Array("PING\r\n".utf8), until: Deadline(in: 500))) != nil else { return false }
      return (try? RedisReply.read(from: buffered, until: Deadline(in: 500))) != nil
    }
  }
}
