import Glibc
import MilterPeer
import TestSupport

/// The program under test, built together with the tests.
enum MilterBinary {
  static let path = TestFiles.programs + "/dkim-milter"
}

/// A milter that runs in the foreground for one test.
final class MilterDaemon: Sendable {
  let folder: MilterFolder
  let process: ChildProcess
  let address: PeerAddress

  /// Starts it on a unix socket in the directory, and waits until it listens.
  /// - Parameter launcher: a command that starts the program in its arguments; empty: it is started directly.
  convenience init(
    _ folder: MilterFolder, lines: [String] = [], arguments: [String] = [], environment: [String: String] = [:],
    launcher: [String] = []
  ) async throws {
    let socket = "local:" + folder.file("socket")
    try await self.init(
      folder, socket: socket, lines: lines, arguments: arguments, environment: environment, launcher: launcher)
  }

  init(
    _ folder: MilterFolder, socket: String, lines: [String] = [], arguments: [String] = [],
    environment: [String: String] = [:], launcher: [String] = []
  ) async throws {
    self.folder = folder
    guard let address = PeerAddress(socket) else { throw ChildProcess.Failure("no address: \(socket)") }
    self.address = address
    let configuration = try folder.configure(folder.signing + lines + ["Socket \(socket)"])
    process = try ChildProcess(
      launcher + [MilterBinary.path, "-f", "-x", configuration] + arguments, environment: environment,
      log: folder.file("log"))
    let (process, log) = (process, { folder.read("log") })
    // A thousand tests start at the same time and can delay this one. FaultTests, which run alone, have the strict limit.
    try await eventually("the milter listens", within: .seconds(120)) {
      if !process.isRunning {
        throw ChildProcess.Failure("the milter ended with \(process.exitStatus ?? -1): \(log())")
      }
      return await Self.answers(address)
    }
  }

  var log: String { folder.read("log") }

  func connect() async throws -> MilterConnection { try await MilterConnection(address) }

  /// Waits for a line in the log.
  func logs(_ text: String, within limit: Duration = .seconds(20)) async throws {
    try await eventually("the log has '\(text)': \(log)", within: limit) { self.log.contains(text) }
  }

  static func answers(_ address: PeerAddress) async -> Bool {
    guard let peer = try? await MilterPeer.connect(to: address, timeout: .seconds(5)) else { return false }
    let isThere = (try? await peer.negotiate()) != nil
    try? await peer.quit()
    return isThere
  }
}

/// One connection from an MTA with a client on this machine.
struct MilterConnection {
  let peer: MilterPeer
  let agreed: PeerAgreement

  init(_ address: PeerAddress, client: PeerClient = PeerClient(address: "127.0.0.1")) async throws {
    peer = try await MilterPeer.connect(to: address, timeout: .seconds(20))
    agreed = try await peer.negotiate()
    _ = try await peer.open(agreed, as: client)
  }

  static let message = PeerMessage(
    Array("From: a@example.com\nTo: b@example.net\nSubject: x\n\nHello\n".utf8))

  /// Sends a message from example.com.
  func deliver(_ message: PeerMessage = message) async throws -> PeerOutcome {
    try await peer.deliver(message, agreed)
  }

  /// Returns whether a message from example.com is signed.
  func signs() async throws -> Bool {
    let outcome = try await deliver()
    return outcome.isAccepted && outcome.modifications.contains { $0.isSignature }
  }

  func quit() async throws { try await peer.quit() }
}

extension PeerModification {
  var isSignature: Bool { insertedName == "DKIM-Signature" }

  /// The name of an inserted field.
  var insertedName: String? {
    if case .insertHeader(_, let name, _) = self { String(decoding: name, as: UTF8.self) } else { nil }
  }

  var insertedValue: String? {
    if case .insertHeader(_, _, let value) = self { String(decoding: value, as: UTF8.self) } else { nil }
  }
}

/// A run of the program until it exits.
struct MilterRun {
  let status: Int
  let output: String
  let errors: String

  init(_ arguments: [String], in folder: MilterFolder, input: String = "") async throws {
    try folder.write(input, to: "input")
    // A shell separates the two outputs.
    let script = "exec \"$@\" < \"$0/input\" > \"$0/output\" 2> \"$0/errors\""
    let process = try ChildProcess(
      ["/bin/sh", "-c", script, folder.path, MilterBinary.path] + arguments, log: folder.file("shell"))
    status = try await process.end(within: .seconds(30))
    output = folder.read("output")
    errors = folder.read("errors")
  }
}
