import Glibc
import TestSupport

/// The server that Postfix delivers to, which keeps every message unchanged.
final class Sink: Sendable {
  let port: Int
  private let process: ChildProcess
  private let folder: String
  private let house: MailFolder

  init(in house: MailFolder, python: String) async throws {
    self.house = house
    folder = try house.makeFolder("delivered")
    port = try FreePort.find()
    process = try ChildProcess(
      [python, MailHouse.script("sink.py"), folder, String(port)], log: house.file("sink.log"))
    try house.note(process.id)
    try await eventually("the sink listens") { [process, port] in
      if !process.isRunning { throw ChildProcess.Failure("the sink ended") }
      return FreePort.isListening(port)
    }
  }

  func stop() {
    process.stop()
    house.forget(process.id)
  }

  /// Waits for the next message to `name`@anywhere and removes it.
  func take(_ name: String, within limit: Duration = .seconds(60)) async throws -> DeliveredMail {
    var file: String?
    try await eventually("mail arrives for \(name)", within: limit) {
      file = try self.files(of: name).first
      return file != nil
    }
    let path = folder + "/" + (file ?? "")
    let mail = DeliveredMail(try TestFiles.read(path))
    unlink(path)
    return mail
  }

  /// The number of messages for `name`, or for a recipient that begins with `name` and a hyphen.
  func count(_ name: String) throws -> Int {
    try TestFiles.names(in: folder).count { $0.hasPrefix(name + "-") || Self.recipient($0) == name }
  }

  /// Removes and returns all messages to a recipient that begins with `name` and a hyphen, by recipient.
  func takeAll(_ name: String) throws -> [String: [DeliveredMail]] {
    var found: [String: [DeliveredMail]] = [:]
    for file in try TestFiles.names(in: folder) where file.hasPrefix(name + "-") {
      found[Self.recipient(file), default: []].append(DeliveredMail(try TestFiles.read(folder + "/" + file)))
      unlink(folder + "/" + file)
    }
    return found
  }

  private func files(of name: String) throws -> [String] {
    try TestFiles.names(in: folder).filter { Self.recipient($0) == name }
  }

  private static func recipient(_ file: String) -> String {
    file.lastIndex(of: ".").map { String(file[..<$0]) } ?? file
  }
}
