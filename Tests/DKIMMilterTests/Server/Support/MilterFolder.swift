import DKIMCore
import Glibc
import SystemPackage
import TestSupport

/// A directory with a key, its record, and a configuration, for one test.
final class MilterFolder: Sendable {
  let path: String
  let key: SigningKey

  init() throws {
    var template = Array("/tmp/dkim-milter-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw ChildProcess.Failure("no temporary folder") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    // Other users may read it, for tests with another user.
    chmod(path, 0o755)
    key = try SigningKey.generate(.rsa, bits: 1024)
    try write(key.pem, to: "key", mode: 0o600)
    try write(
      "s._domainkey.example.com v=DKIM1; k=rsa; p=\(PublishableKeyRecord.publicKeyText(of: key))\n", to: "records")
  }

  deinit { _ = try? Self.run(["/bin/rm", "-rf", path]) }

  func file(_ name: String) -> String { path + "/" + name }

  func write(_ text: String, to name: String, mode: UInt16 = 0o644) throws {
    let file = try FileDescriptor.open(
      FilePath(file(name)), .writeOnly, options: [.create, .truncate],
      permissions: FilePermissions(rawValue: CModeT(mode)))
    _ = try file.closeAfter { try file.writeAll(text.utf8) }
    chmod(self.file(name), mode_t(mode))
  }

  func read(_ name: String) -> String {
    String(decoding: (try? TestFiles.read(file(name))) ?? [], as: UTF8.self)
  }

  func exists(_ name: String) -> Bool {
    var status = stat()
    return lstat(file(name), &status) == 0
  }

  /// Settings to sign for example.com and to verify with the record in the directory; started as root, the milter stays
  /// root.
  var signing: [String] {
    [
      "Domain example.com", "Selector s", "KeyFile \(file("key"))", "RequireSafeKeys no",
      "TestPublicKeys \(file("records"))", "SyslogSuccess yes",
    ] + (geteuid() == 0 ? ["UserID root"] : [])
  }

  @discardableResult
  func configure(_ lines: [String], name: String = "milter.conf") throws -> String {
    try write(lines.joined(separator: "\n") + "\n", to: name)
    return file(name)
  }

  private static func run(_ words: [String]) throws -> Int {
    try ChildProcess(words).stop(0, timeout: .seconds(20))
  }
}
