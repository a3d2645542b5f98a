package import SystemPackage
package import Glibc

/// Reads whole files up to a size limit. Only ``readOnce(_:limit:)`` waits for a FIFO or reads a device.
package enum SizeLimitedFile {
  /// Identifies a version of a file: if it is equal, the file has not changed.
  package struct Identity: Sendable, Hashable {
    let device: UInt64
    let inode: UInt64
    let size: Int64
    /// Time of the last change of the contents, and of the inode, in nanoseconds.
    let modified: Int64
    let changed: Int64

    package init(_ status: stat) {
      device = UInt64(status.st_dev)
      inode = UInt64(status.st_ino)
      size = Int64(status.st_size)
      modified = Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec)
      changed = Int64(status.st_ctim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_ctim.tv_nsec)
    }
  }

  /// Returns the contents of a regular file.
  package static func read(_ path: String, limit: Int) throws(FileProblem) -> [UInt8] {
    try open(path, limit: limit).bytes
  }

  /// Returns the contents of a regular file, and its status when it was opened.
  package static func open(_ path: String, limit: Int) throws(FileProblem) -> (bytes: [UInt8], status: stat) {
    try with(path, [.closeOnExec, .nonBlocking, notTerminal]) { file in
      var status = stat()
      guard unsafe fstat(file.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
      guard status.st_mode & S_IFMT == S_IFREG else {
        throw FileProblem(path: path, reason: .notAFile(kind(of: status.st_mode)))
      }
      guard status.st_size <= limit else { throw FileProblem(path: path, reason: .tooLong(limit: limit)) }
      return (try bytes(of: file, path: path, size: Int(status.st_size), limit: limit), status)
    }
  }

  /// Returns the contents of a configuration file that can be read only once: a pipe, standard input or a device.
  ///
  /// Waits for the end of a pipe, which a shell's `<(...)` needs.
  /// - Parameter limit: the size limit, in bytes.
  /// - Returns: `nil` if the path does not name such a file; use ``read(_:limit:)`` for all other files.
  package static func readOnce(_ path: String, limit: Int) throws(FileProblem) -> [UInt8]? {
    guard case .success(let status) = status(path) else { return nil }
    // `/dev/stdin` may lead to a regular file, and to a different one after the process has detached from its terminal.
    let isRedirection = path.hasPrefix("/dev/") && status.st_mode & S_IFMT == S_IFREG
    guard isRedirection || [S_IFIFO, S_IFCHR].contains(status.st_mode & S_IFMT) else { return nil }
    return try with(path, [.closeOnExec, notTerminal]) { try bytes(of: $0, path: path, size: 0, limit: limit) }
  }

  /// Keeps a terminal that is opened from becoming the controlling terminal of the process.
  private static let notTerminal = FileDescriptor.OpenOptions(rawValue: O_NOCTTY)

  /// Opens a file for reading, calls `body`, and closes the file.
  private static func with<Result>(
    _ path: String, _ options: FileDescriptor.OpenOptions, _ body: (FileDescriptor) throws -> Result
  ) throws(FileProblem) -> Result {
    do {
      let file = try FileDescriptor.open(FilePath(path), .readOnly, options: options)
      return try file.closeAfter { try body(file) }
    } catch let problem as FileProblem {
      throw problem
    } catch let error as Errno {
      throw FileProblem(path: path, reason: .system(error))
    } catch {
      throw FileProblem(path: path, reason: .system(.ioError))
    }
  }

  /// Returns the status of the file that a path leads to, or the error of stat(2).
  package static func status(_ path: String) -> Result<stat, Errno> {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return .failure(Errno(rawValue: errno)) }
    return .success(status)
  }

  private static func bytes(of file: FileDescriptor, path: String, size: Int, limit: Int) throws -> [UInt8] {
    guard let bytes = try file.readToEnd(limit: limit, expecting: size) else {
      throw FileProblem(path: path, reason: .tooLong(limit: limit))
    }
    return bytes
  }

  /// Describes what a path names that is not a regular file, with an article.
  package static func kind(of mode: mode_t) -> String {
    switch mode & S_IFMT {
    case S_IFDIR: "a directory"
    case S_IFLNK: "a symbolic link"
    case S_IFIFO: "a FIFO"
    case S_IFSOCK: "a socket"
    case S_IFCHR, S_IFBLK: "a device"
    default: "a special file"
    }
  }
}

/// A file that could not be read, and the reason.
package struct FileProblem: Error, Sendable, Hashable {
  package enum Reason: Sendable, Hashable {
    case system(Errno)
    /// The path does not name a regular file; the text says what it names ("a directory").
    case notAFile(String)
    /// The file is larger than `limit` bytes.
    case tooLong(limit: Int)
  }

  package let path: String
  package let reason: Reason

  package init(path: String, reason: Reason) {
    self.path = path
    self.reason = reason
  }
}

extension FileProblem: CustomStringConvertible {
  package var description: String { "\(path): \(why)" }

  /// The reason without the path.
  package var why: String {
    switch reason {
    case .system(let error): "\(error)"
    case .notAFile(let kind): "is \(kind), not a regular file"
    case .tooLong(let limit): "is larger than \(limit) bytes"
    }
  }
}
