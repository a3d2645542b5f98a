import Glibc
import SystemPackage

/// The writer of diagnostic files. Anyone who sends mail can cause these files, so the bytes that wait and the files in
/// a directory are limited.
final class DiagnosticFileWriter: Sendable {
  /// The directory in `TemporaryDirectory`, which often belongs to all users.
  static let ownDirectory = "dkim-milter"
  /// The most files in a directory; each has at most 1 MiB.
  static let mostFiles = 1000
  /// The maximum size of the queued files in bytes.
  private static let capacity = 16 << 20

  private let writer: BackgroundWriter<DiagnosticFile>
  private let metrics: MilterMetrics

  init(log: Log, limiter: LogLimiter, metrics: MilterMetrics) {
    self.metrics = metrics
    writer = BackgroundWriter(capacity: Self.capacity) { files, lost in
      if lost > 0 {
        limiter.write(.warning, "\(lost) diagnostic files were lost because the disk is too slow", to: log)
      }
      for file in files {
        guard let failure = Self.write(file) else { continue }
        metrics.add(.lostDiagnosticFiles)
        limiter.write(.error, failure, to: log)
      }
    }
  }

  /// Queues files; errors are logged.
  func write(_ files: [DiagnosticFile]) {
    for file in files where !writer.add(file, size: file.contents.count) { metrics.add(.lostDiagnosticFiles) }
  }

  /// Waits until all files are written, but at most until `end`.
  func flush(until end: ContinuousClock.Instant) { writer.flush(until: end) }

  /// Writes one file.
  /// - Returns: why it was not written; `nil` if it was.
  static func write(_ file: DiagnosticFile) -> String? {
    let (path, setting): (String, String)
    switch file.directory {
    case .diagnostics(let directory): (path, setting) = (directory, "DiagnosticDirectory")
    case .temporary(let directory): (path, setting) = (directory, "TemporaryDirectory")
    }
    do {
      let base = try FileDescriptor.open(FilePath(path), .readOnly, options: [.directory, .closeOnExec])
      try base.closeAfter {
        guard case .temporary = file.directory else { return try create(file, in: base) }
        let own = try openOwnDirectory(in: base)
        try own.closeAfter { try create(file, in: own) }
      }
      return nil
    } catch let error as Failure {
      return "\(setting) \(path): \(error.why)"
    } catch {
      return "\(setting) \(path): \(file.name): \(error)"
    }
  }

  private struct Failure: Error {
    let why: String
  }

  /// Opens the directory of the filter, and creates it if it does not exist. Another user may have created something
  /// with its name.
  private static func openOwnDirectory(in base: FileDescriptor) throws -> FileDescriptor {
    if unsafe mkdirat(base.rawValue, ownDirectory, 0o700) != 0, errno != EEXIST { throw Errno(rawValue: errno) }
    let directory = unsafe openat(base.rawValue, ownDirectory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard directory >= 0 else { throw Errno(rawValue: errno) }
    var status = stat()
    guard unsafe fstat(directory, &status) == 0, status.st_uid == geteuid(), status.st_mode & 0o077 == 0 else {
      close(directory)
      throw Failure(why: "\(ownDirectory) belongs to another user, or other users have access to it")
    }
    return FileDescriptor(rawValue: directory)
  }

  /// Creates the file, with a number after its name if the name exists. An existing file or link is never opened.
  private static func create(_ file: DiagnosticFile, in directory: FileDescriptor) throws {
    guard try count(directory) < mostFiles else { throw Failure(why: "there are \(mostFiles) files already") }
    for attempt in 1...9 {
      let name = attempt == 1 ? file.name : "\(file.name)-\(attempt)"
      let made = unsafe openat(
        directory.rawValue, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
      if made < 0, errno == EEXIST { continue }
      guard made >= 0 else { throw Errno(rawValue: errno) }
      let descriptor = FileDescriptor(rawValue: made)
      do {
        return try descriptor.closeAfter { _ = try descriptor.writeAll(file.contents) }
      } catch {
        // On a full disk, only a part may be written.
        unsafe unlinkat(directory.rawValue, name, 0)
        throw error
      }
    }
    throw Errno.fileExists
  }

  /// Counts the files of a directory, up to the limit.
  private static func count(_ directory: FileDescriptor) throws -> Int {
    let copy = unsafe openat(directory.rawValue, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard copy >= 0 else { throw Errno(rawValue: errno) }
    guard let stream = unsafe fdopendir(copy) else {
      close(copy)
      throw Errno(rawValue: errno)
    }
    defer { unsafe closedir(stream) }
    var count = 0
    while count < mostFiles, unsafe readdir(stream) != nil { count += 1 }
    return count
  }
}
