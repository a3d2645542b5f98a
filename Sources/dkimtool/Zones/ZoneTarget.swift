import Glibc
import SystemPackage

/// What a path leads to.
enum ZoneTarget {
  /// A descriptor of this program.
  case open(FileDescriptor)
  /// A pipe, a terminal, another device.
  case stream(String)
  /// A regular file without symbolic links in its path, with what it is like; `nil`: there is none yet.
  case file(String, stat?)

  /// - Throws: `CommandFailure` where that cannot be told.
  init(_ path: String) throws {
    switch Self.followed(path) {
    case .descriptor(let number): self = .open(FileDescriptor(rawValue: number))
    case .path(let target):
      var status = stat()
      guard stat(target, &status) == 0 else {
        // What nobody could look at is not to be replaced.
        guard errno == ENOENT else { throw CommandFailure(.cannotCreate, "\(path): \(Errno(rawValue: errno))") }
        self = .file(target, nil)
        return
      }
      switch status.st_mode & S_IFMT {
      case S_IFREG: self = Self.isOutput(status) ? .open(.standardOutput) : .file(target, status)
      // That it is in the way is told by whoever replaces it.
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

  /// Follows links one by one: those of open descriptors lead to a file whose position would be lost with it.
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

  /// Where a symbolic link points to; `nil` where it is none.
  private static func link(_ path: String) -> FilePath? {
    var target = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(path, &target, target.count)
    guard count > 0, count < target.count else { return nil }
    return FilePath(String(decoding: target[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self))
  }
}
