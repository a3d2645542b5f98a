internal import Glibc
internal import SystemPackage

/// Why a file cannot be read.
struct UnreadableFile: Error, Sendable, Hashable {
  let why: String
}

/// Reading a whole file that an administrator names.
enum ConfigurationFile {
  /// A named pipe or a terminal is refused and not waited for.
  static func read(_ path: String, limit: Int) throws(UnreadableFile) -> [UInt8] {
    guard !path.utf8.contains(0) else { throw UnreadableFile(why: "the path has a NUL octet") }
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { throw UnreadableFile(why: reason(errno)) }
    defer { close(file) }
    var status = stat()
    guard unsafe fstat(file, &status) == 0 else { throw UnreadableFile(why: reason(errno)) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw UnreadableFile(why: "is a directory")
    default: throw UnreadableFile(why: "is no regular file")
    }
    return try content(of: file, limit: limit)
  }

  private static func content(of file: CInt, limit: Int) throws(UnreadableFile) -> [UInt8] {
    var octets: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe Glibc.read(file, &block, block.count)
      if count == 0 { return octets }
      if count < 0 {
        if errno == EINTR { continue }
        throw UnreadableFile(why: reason(errno))
      }
      guard octets.count + count <= limit else { throw UnreadableFile(why: "is longer than \(limit) octets") }
      octets += block[..<count]
    }
  }

  private static func reason(_ code: CInt) -> String { "\(Errno(rawValue: code))" }
}
