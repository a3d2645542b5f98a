import Glibc
import Synchronization
import SystemPackage

/// A temporary directory of a test, removed with its contents when the last reference is released.
final class KeyFolder: Sendable {
  let root: String
  private let count = Atomic<Int>(0)

  init() throws {
    let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array((base + "/dkimtool-keys-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else { throw Errno(rawValue: errno) }
    root = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { Self.remove(root) }

  func path(_ name: String) -> String { name.hasPrefix("/") ? name : root + "/" + name }

  func nextNumber() -> Int { count.add(1, ordering: .relaxed).newValue }

  /// The names in the directory, sorted, without the output files of a running program.
  var names: [String] {
    Self.names(of: root).filter { !$0.hasPrefix("output-") && !$0.hasPrefix("errors-") }.sorted()
  }

  func write(_ name: String, _ text: String, mode: mode_t = 0o600) throws {
    let file = try FileDescriptor.open(
      FilePath(path(name)), .writeOnly, options: [.create, .truncate], permissions: [.ownerReadWrite])
    try file.closeAfter { _ = try file.writeAll(Array(text.utf8)) }
    guard chmod(path(name), mode) == 0 else { throw Errno(rawValue: errno) }
  }

  func makeFolder(_ name: String) throws {
    guard mkdir(path(name), 0o700) == 0 else { throw Errno(rawValue: errno) }
  }

  func read(_ name: String) throws -> String {
    let file = try FileDescriptor.open(FilePath(path(name)), .readOnly)
    return try file.closeAfter {
      var bytes: [UInt8] = []
      var block = [UInt8](repeating: 0, count: 65_536)
      while true {
        let count = try block.withUnsafeMutableBytes { try file.read(into: $0) }
        if count == 0 { return String(decoding: bytes, as: UTF8.self) }
        bytes += block[..<count]
      }
    }
  }

  /// The permission bits; `nil` if there is no such file. Symbolic links are not followed.
  func mode(_ name: String) -> mode_t? {
    status(name).map { $0.st_mode & 0o7777 }
  }

  func isSymbolicLink(_ name: String) -> Bool {
    status(name).map { $0.st_mode & S_IFMT == S_IFLNK } ?? false
  }

  private func status(_ name: String) -> stat? {
    var status = stat()
    return lstat(path(name), &status) == 0 ? status : nil
  }

  private static func names(of path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  private static func remove(_ path: String) {
    if unlink(path) == 0 { return }
    for name in names(of: path) { remove(path + "/" + name) }
    rmdir(path)
  }
}
