import Glibc
import SystemPackage
import TestSupport

@testable import DKIMConfiguration

/// A directory with configuration files, which is removed after the test.
final class SettingsFolder {
  let path: String

  /// - Parameter isShared: true if all users can search the parent directories. Otherwise only the user can write to
  ///   them, as RequireSafeKeys requires.
  init(isShared: Bool = false) throws {
    let parent = isShared ? "/tmp" : try Self.safeFolder.get()
    var template = Array("\(parent)/XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Errno(rawValue: errno) }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    chmod(path, 0o755)
  }

  deinit {
    remove(path)
  }

  /// Below the package, or below the home directory if other users can write to a directory above the package.
  private static let safeFolder: Result<String, Errno> = {
    let package = TestFiles.package.appending(".build").appending("settings-tests")
    let home = FilePath(getenv("HOME").map { String(cString: $0) } ?? "/root").appending(".dkim-settings-tests")
    for folder in [package, home] where isSafe(folder.removingLastComponent()) {
      mkdir(folder.string, 0o755)
      return .success(folder.string)
    }
    // Neither is safe for private keys; tests of RequireSafeKeys cannot pass.
    return .failure(.notPermitted)
  }()

  private static func isSafe(_ folder: FilePath) -> Bool {
    var folder = folder
    while true {
      var status = stat()
      guard stat(folder.string, &status) == 0, status.st_mode & 0o022 == 0 else { return false }
      guard folder.removeLastComponent() else { return true }
    }
  }

  private func remove(_ path: String) {
    for name in (try? TestFiles.names(in: path)) ?? [] {
      if unlink(path + "/" + name) != 0 { remove(path + "/" + name) }
    }
    rmdir(path)
  }

  /// Writes a file and returns its path.
  @discardableResult
  func write(_ name: String, _ text: String, mode: UInt32 = 0o644) throws -> String {
    let file = path + "/" + name
    let descriptor = try FileDescriptor.open(
      FilePath(file), .writeOnly, options: [.create, .truncate], permissions: FilePermissions(rawValue: 0o600))
    try descriptor.closeAfter { _ = try descriptor.writeAll(text.utf8) }
    chmod(file, mode)
    return file
  }

  @discardableResult
  func folder(_ name: String, mode: UInt32 = 0o755) -> String {
    let folder = path + "/" + name
    mkdir(folder, 0o700)
    chmod(folder, mode)
    return folder
  }

  /// Copies one of the published keys for tests.
  @discardableResult
  func key(_ name: String, as file: String, mode: UInt32 = 0o600) throws -> String {
    let bytes = try TestFiles.read(TestFiles.package.appending("Tests/Vectors/keys/\(name)").string)
    return try write(file, String(decoding: bytes, as: UTF8.self), mode: mode)
  }
}

/// Settings for checks that are not about keys: without keys, the mode is set to verify, so that -n does not warn about
/// missing keys.
func verifying(_ text: String) -> String {
  text.contains("Mode") || text.contains("Key") ? text : text + "Mode v\n"
}

/// The problems as lines, without the directory of the test.
func lines(_ problems: [ConfigurationProblem], in folder: SettingsFolder? = nil) -> [String] {
  problems.map { problem in
    folder.map { problem.description.replacing($0.path + "/", with: "").replacing($0.path, with: ".") }
      ?? problem.description
  }
}

extension AccountDirectory {
  /// opendkim (5001, group 6001) and postfix (5002, group 6002), which may also be in the group opendkim.
  static func test(postfixIsInGroup: Bool = false) -> AccountDirectory {
    let accounts = [
      "opendkim": Account(name: "opendkim", uid: 5001, groups: [6001]),
      "postfix": Account(name: "postfix", uid: 5002, groups: postfixIsInGroup ? [6002, 6001] : [6002]),
    ]
    let groups: [String: UInt32] = ["opendkim": 6001, "postfix": 6002, "mail": 8]
    return AccountDirectory(
      account: { accounts[$0] },
      groups: { name, first in [first] + (accounts[name]?.groups.dropFirst().filter { $0 != first } ?? []) },
      group: { groups[$0] },
      groupName: { number in groups.first { $0.value == number }?.key ?? "\(number)" })
  }
}
