import Glibc
import SystemPackage

/// The kind of file at a path that a zone is written to.
enum ZoneTarget {
  /// An open descriptor of this process.
  case open(FileDescriptor)
  /// A pipe, a terminal or another device.
  case stream(String)
  /// A file to be replaced, with symbolic links in its path resolved, and its status; `nil` if it does not exist yet.
  case file(String, stat?)

  /// - Throws: `CommandFailure` if this cannot be determined.
  init(_ path: String) throws {
    switch Self.followed(path) {
    case .descriptor(let number): self = .open(FileDescriptor(rawValue: number))
    case .path(let target):
      var status = stat()
      guard stat(target, &status) == 0 else {
        // A file whose status cannot be read must not be replaced.
        guard errno == ENOENT else { throw CommandFailure(.cannotCreate, "\(path): \(Errno(rawValue: errno))") }
        self = .file(target, nil)
        return
      }
      switch status.st_mode & S_IFMT {
      case S_IFREG: self = Self.isOutput(status) ? .open(.standardOutput) : .file(target, status)
      // The replacement fails later, with the error that there is a directory.
      case S_IFDIR: self = .file(target, status)
      default: self = .stream(target)
      }
    }
  }

  private static func isOutput(_ file: stat) -> Bool {
    var output = stat()
    return fstat(FileDescriptor.standardOutput.rawValue, &output) == 0 && output.st_dev == file.st_dev
      && output.st_ino == file.st_ino
  }

  private enum End {
    case descriptor(CInt)
    case path(String)
  }

  /// Resolves symbolic links one by one. A link to an open descriptor is not resolved to its file, because the write
  /// position of the descriptor would be lost.
  private static func followed(_ path: String) -> End {
    var current = FilePath(path)
    for _ in 0..<40 {
      guard let name = current.lastComponent, name.kind == .regular else { break }
      let parent = current.removingLastComponent()
      guard let folder = realPath(parent.isEmpty ? "." : parent.string) else { break }
      if folder == "/proc/\(getpid())/fd" || folder.hasPrefix("/proc/\(getpid())/task/") && folder.hasSuffix("/fd"),
        let number = CInt(name.string)
      {
        return .descriptor(number)
      }
      let whole = FilePath(folder).appending(name)
      guard let link = link(whole.string) else { return .path(whole.string) }
      current = link.isAbsolute ? link : FilePath(folder).pushing(link)
    }
    return .path(current.string)
  }

  private static func realPath(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
  }

  /// Returns the target of a symbolic link; `nil` if the path is not a symbolic link.
  private static func link(_ path: String) -> FilePath? {
    var target = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(path, &target, target.count)
    guard count > 0, count < target.count else { return nil }
    return FilePath(String(decoding: target[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self))
  }
}
