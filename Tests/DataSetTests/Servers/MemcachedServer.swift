import Glibc
import Synchronization
import TestSupport

@testable import DKIMDataSets
@testable import DataSetTestSupport

/// A memcached on a port of 127.0.0.1, or on a unix socket.
final class MemcachedServer: Sendable {
  let address: ServerAddress
  private let folder: String?
  private let options: [String]
  private let process: Mutex<ChildProcess>

  static var isInstalled: Bool { access("/usr/bin/memcached", X_OK) == 0 }

  /// - Parameter options: additional options of the program.
  init(onSocket: Bool = false, options: [String] = []) async throws {
    if onSocket {
      let folder = try TestFiles.makeFolder("/tmp/memcached.")
      // memcached drops root before it creates its socket.
      chmod(folder, 0o777)
      self.folder = folder
      address = .unix(folder + "/s")
    } else {
      folder = nil
      address = .host("127.0.0.1", port: try FreePort.find())
    }
    self.options = options
    process = Mutex(try Self.process(address, options))
    try await Self.awaitAnswer(address)
  }

  deinit {
    process.withLock { _ = $0.stop(timeout: .zero) }
    if let folder { TestFiles.removeFolder(folder) }
  }

  /// The address as written in a specification.
  var name: String { "\(address)" }

  func stop() { process.withLock { _ = $0.stop() } }

  /// Starts the server again, without rows. On a unix socket, the rows that `fill` stores at the given address exist
  /// before any client can connect.
  func start(filling fill: (ServerAddress) throws -> Void = { _ in }) async throws {
    var location = address
    if case .unix(let path) = address { location = .unix(path + ".new") }
    let process = try Self.process(location, options)
    self.process.withLock { $0 = process }
    try await Self.awaitAnswer(location)
    try fill(location)
    if case .unix(let path) = address { rename(path + ".new", path) }
  }

  func pause() { process.withLock { $0.pause() } }

  func resume() { process.withLock { $0.resume() } }

  /// Stores `PREFIX:KEY` for every row.
  func put(_ rows: [(key: String, value: String)], prefix: String, at location: ServerAddress? = nil) throws {
    let deadline = Deadline(in: 20_000)
    let stream = BufferedStream(try Endpoint(location ?? address).connect(until: deadline))
    var bytes: [UInt8] = []
    for (key, value) in rows {
      bytes += "set \(prefix):\(key) 0 0 \(value.utf8.count) noreply\r\n\(value)\r\n".utf8
    }
    try stream.write(bytes + Array("version\r\n".utf8), until: deadline)
    let answer = try stream.line(limit: 200, until: deadline)
    guard answer.starts(with: "VERSION".utf8) else {
      throw ChildProcess.Failure("memcached: \(String(decoding: answer, as: UTF8.self))")
    }
  }

  /// The number of `get` commands received.
  func questions() throws -> Int {
    let deadline = Deadline(in: 20_000)
    let stream = BufferedStream(try Endpoint(address).connect(until: deadline))
    try stream.write(Array("stats\r\n".utf8), until: deadline)
    while true {
      let words = try stream.line(limit: 200, until: deadline).split(separator: 0x20)
      guard words.count == 3 else { throw ChildProcess.Failure("memcached counts no questions") }
      if words[1].elementsEqual("cmd_get".utf8) { return ServerText.number(words[2]) ?? 0 }
    }
  }

  private static func process(_ address: ServerAddress, _ options: [String]) throws -> ChildProcess {
    let location =
      switch address {
      case .host(let host, let port): ["-l", host, "-p", "\(port)", "-U", "0"]
      case .unix(let path): ["-s", path, "-a", "777"]
      }
    return try ChildProcess(["memcached", "-u", "nobody", "-m", "32", "-t", "1"] + location + options)
  }

  private static func awaitAnswer(_ address: ServerAddress) async throws {
    try await eventually("memcached responds", within: .seconds(10)) {
      guard let stream = try? Endpoint(address).connect(until: Deadline(in: 500)) else { return false }
      let buffered = BufferedStream(stream)
      guard (try? buffered.write(Array("version\r\n".utf8), until: Deadline(in: 500))) != nil else { return false }
      return (try? buffered.line(limit: 200, until: Deadline(in: 500))) != nil
    }
  }
}
