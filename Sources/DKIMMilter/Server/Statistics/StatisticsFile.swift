import Glibc
import SystemPackage

/// The statistics file (`Statistics`), which programs of OpenDKIM read and move away.
enum StatisticsFile {
  /// The reason why records were not written.
  enum WriteError: Error, Sendable, Hashable, CustomStringConvertible {
    case system(Errno)
    case notRegular
    /// The file has a second name, so it may be another user's file or one that matters elsewhere.
    case linked
    /// The file belongs to a user who is neither this one nor root, and who could read or change all records.
    case foreign
    /// Another program has locked the file for longer than ``lockWait``.
    case locked

    var description: String {
      switch self {
      case .system(let error): "\(error)"
      case .notRegular: "it exists and is not a regular file; move it out of the way"
      case .linked: "the file has other names (hard links); move it out of the way"
      case .foreign: "the file belongs to another user; change its owner, or move it out of the way"
      case .locked: "another program has locked the file for \(lockWait.components.seconds) s"
      }
    }
  }

  /// How long to wait for other programs that write to the file.
  static let lockWait = Duration.seconds(5)

  /// Appends records, all or none, and the version before the first record of a new file.
  ///
  /// The file is opened each time, because it may have been moved. Other users may be able to write to its directory,
  /// so a symbolic link, a pipe or a file with several names is not used.
  static func append(_ records: [StatisticsRecord], to path: String) throws(WriteError) {
    do {
      let file = try FileDescriptor.open(
        FilePath(path), .writeOnly, options: [.append, .create, .noFollow, .nonBlocking, .closeOnExec],
        permissions: [.ownerReadWrite])
      try file.closeAfter { try append(records, to: file) }
    } catch let error as WriteError {
      throw error
    } catch {
      throw .system(error as? Errno ?? .ioError)
    }
  }

  private static func append(_ records: [StatisticsRecord], to file: FileDescriptor) throws {
    guard try status(file).st_mode & S_IFMT == S_IFREG else { throw WriteError.notRegular }
    try lock(file)
    let status = try status(file)
    guard status.st_nlink <= 1 else { throw WriteError.linked }
    guard status.st_uid == geteuid() || status.st_uid == 0 else { throw WriteError.foreign }
    let text = (status.st_size == 0 ? StatisticsRecord.header : "") + records.map(\.text).joined()
    do {
      // On a full disk, only a part may be written.
      guard try file.write(Array(text.utf8)) == text.utf8.count else { throw Errno.noSpace }
    } catch {
      // Without this, the next record would continue the incomplete line.
      ftruncate(file.rawValue, status.st_size)
      throw error
    }
  }

  /// Locks the file, because another filter may write to it.
  private static func lock(_ file: FileDescriptor) throws {
    let end = ContinuousClock.now + lockWait
    while flock(file.rawValue, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK || errno == EINTR else { throw Errno(rawValue: errno) }
      guard ContinuousClock.now < end else { throw WriteError.locked }
      usleep(10_000)
    }
  }

  private static func status(_ file: FileDescriptor) throws(Errno) -> stat {
    var status = stat()
    guard unsafe fstat(file.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
    return status
  }
}

extension FileDescriptor {
  fileprivate func write(_ bytes: [UInt8]) throws -> Int {
    try unsafe bytes.withUnsafeBytes { try unsafe write($0) }
  }
}
