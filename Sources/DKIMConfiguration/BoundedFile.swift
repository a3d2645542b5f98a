public import SystemPackage
package import Glibc

/// Reads whole files with a limit. Only ``readOnce(_:limit:)`` waits for a FIFO or reads a device.
public enum BoundedFile {
  /// What tells one version of a file from another.
  public struct Identity: Sendable, Hashable {
    let device: UInt64
    let inode: UInt64
    let size: Int64
    /// Last change of the contents and of the inode, nanoseconds.
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

  /// The octets of a regular file.
  public static func read(_ path: String, limit: Int) throws(FileProblem) -> [UInt8] {
    try open(path, limit: limit).octets
  }

  /// The octets of a regular file, and what it was like when it was opened.
  static func open(_ path: String, limit: Int) throws(FileProblem) -> (octets: [UInt8], status: stat) {
    try with(path, [.closeOnExec, .nonBlocking, notTerminal]) { file in
      var status = stat()
      guard unsafe fstat(file.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
      guard status.st_mode & S_IFMT == S_IFREG else {
        throw FileProblem(path: path, reason: .notAFile(kind(of: status.st_mode)))
      }
      guard status.st_size <= limit else { throw FileProblem(path: path, reason: .tooLong(limit: limit)) }
      return (try octets(of: file, path: path, size: Int(status.st_size), limit: limit), status)
    }
  }

  /// The bytes of a configuration file that can be read only once: a pipe, standard input, a device.
  ///
  /// Waits for the end of a pipe, as a shell's `<(...)` needs it.
  /// - Parameter limit: the most bytes that are read.
  /// - Returns: `nil` where the path does not lead to such a file; ``read(_:limit:)`` is for all others.
  static func readOnce(_ path: String, limit: Int) throws(FileProblem) -> [UInt8]? {
    guard case .success(let status) = status(path) else { return nil }
    // `/dev/stdin` may lead to an ordinary file, and to another one once the process has let go of its terminal.
    let isRedirection = path.hasPrefix("/dev/") && status.st_mode & S_IFMT == S_IFREG
    guard isRedirection || [S_IFIFO, S_IFCHR].contains(status.st_mode & S_IFMT) else { return nil }
    return try with(path, [.closeOnExec, notTerminal]) { try octets(of: $0, path: path, size: 0, limit: limit) }
  }

  /// A terminal that is opened does not become that of the process.
  private static let notTerminal = FileDescriptor.OpenOptions(rawValue: O_NOCTTY)

  /// Opens a file for reading, and closes it after `body`.
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

  /// What a path leads to now; `nil` with `errno` where that cannot be told.
  package static func status(_ path: String) -> Result<stat, Errno> {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return .failure(Errno(rawValue: errno)) }
    return .success(status)
  }

  private static func octets(of file: FileDescriptor, path: String, size: Int, limit: Int) throws -> [UInt8] {
    var octets: [UInt8] = []
    octets.reserveCapacity(size)
    var block = [UInt8](repeating: 0, count: min(max(size + 1, 4096), 1 << 18))
    while true {
      let count = try unsafe block.withUnsafeMutableBytes { try unsafe file.read(into: $0) }
      if count == 0 { return octets }
      guard octets.count + count <= limit else { throw FileProblem(path: path, reason: .tooLong(limit: limit)) }
      octets += block[..<count]
    }
  }

  package static func kind(of mode: mode_t) -> String {
    switch mode & S_IFMT {
    case S_IFDIR: "a directory"
    case S_IFLNK: "a symbolic link"
    case S_IFIFO: "a FIFO"
    case S_IFSOCK: "a socket"
    case S_IFCHR, S_IFBLK: "a device"
    default: "no regular file"
    }
  }
}

/// Why a file could not be read.
public struct FileProblem: Error, Sendable, Hashable {
  public enum Reason: Sendable, Hashable {
    case system(Errno)
    /// What it is instead ("a directory").
    case notAFile(String)
    /// Longer than so many octets.
    case tooLong(limit: Int)
  }

  public let path: String
  public let reason: Reason

  public init(path: String, reason: Reason) {
    self.path = path
    self.reason = reason
  }
}

extension FileProblem: CustomStringConvertible {
  public var description: String { "\(path): \(why)" }

  /// The reason without the path.
  public var why: String {
    switch reason {
    case .system(let error): "\(error)"
    case .notAFile(let kind): "is \(kind), not a regular file"
    case .tooLong(let limit): "is longer than \(limit) octets"
    }
  }

  /// What to do about it, where that is plain.
  public var fix: String? {
    switch reason {
    case .system(.noSuchFileOrDirectory): "make the file, or correct the path"
    case .system(.permissionDenied):
      FileRights.mayBeMissing
        ? "run this command with sudo" : "let the user who starts the filter read it and search the folders above it"
    default: nil
    }
  }
}

/// Whether this process has the rights of the filter.
public enum FileRights {
  /// A command looks at the files of the filter, which may be started by another user.
  @TaskLocal public static var isCommand = false

  /// A command that root did not start: what it may not read the filter may.
  static var mayBeMissing: Bool { isCommand && geteuid() != 0 }
}
