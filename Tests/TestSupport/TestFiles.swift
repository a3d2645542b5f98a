public import SystemPackage
import Glibc

/// Files and directories in tests.
public enum TestFiles {
  /// The directory of the package.
  public static let package = FilePath(#filePath).removingLastComponent().removingLastComponent()
    .removingLastComponent()

  /// The directory of the programs that were built together with the tests.
  public static let programs: String = {
    var target = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &target, target.count)
    let executable = String(decoding: target.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return FilePath(executable).removingLastComponent().string
  }()

  public static func read(_ path: String) throws -> [UInt8] {
    let file = try FileDescriptor.open(FilePath(path), .readOnly)
    return try file.closeAfter {
      var content: [UInt8] = []
      var block = [UInt8](repeating: 0, count: 1 << 16)
      while true {
        let count = try block.withUnsafeMutableBytes { try file.read(into: $0) }
        if count == 0 { return content }
        content += block[..<count]
      }
    }
  }

  /// Returns the names in a directory, sorted, without those that begin with a dot.
  public static func names(in folder: String) throws -> [String] {
    guard let directory = opendir(folder) else { throw Errno(rawValue: errno) }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      names.append(
        withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        })
    }
    return names.filter { !$0.hasPrefix(".") }.sorted()
  }

  /// Replaces the contents of the file.
  public static func write(_ bytes: [UInt8], to path: String, permissions: FilePermissions = .ownerReadWrite) throws {
    let file = try FileDescriptor.open(
      FilePath(path), .writeOnly, options: [.create, .truncate], permissions: permissions)
    _ = try file.closeAfter { try file.writeAll(bytes) }
  }

  /// Creates a directory whose name begins with `prefix`, accessible only to the owner.
  public static func makeFolder(_ prefix: String) throws -> String {
    var template = Array("\(prefix)XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Errno(rawValue: errno) }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Removes a directory and its contents; ignores errors.
  public static func removeFolder(_ path: String) {
    guard let remover = try? ChildProcess(["rm", "-rf", "--", path]) else { return }
    while remover.isRunning { usleep(1000) }
  }
}
