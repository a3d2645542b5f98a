import CProcess
import Glibc
import SystemPackage

/// The file with the number of the process (`PidFile`).
///
/// It is always a new file: a link that somebody else has put there is never written through. The directory stays open,
/// so that the file is removed from the directory it was made in.
struct PIDFile: Sendable {
  let path: String
  private let directory: CInt
  private let name: String

  /// Why the file cannot be written, as a sentence for the log. The filter runs without it, as OpenDKIM does.
  struct WriteError: Error, Sendable, Hashable, CustomStringConvertible {
    let path: String
    let reason: String

    var description: String { "can't write pid to \(path): \(reason)" }
  }

  /// The file, or `nil` and a line in the log.
  static func create(at path: String, inside root: String? = nil, log: Log) -> PIDFile? {
    do throws(WriteError) {
      return try create(at: path, inside: root)
    } catch {
      log.write(.error, "\(error)")
      return nil
    }
  }

  /// Replaces the file of an earlier run. Nothing but a regular file is replaced.
  /// - Parameter root: the directory that `path` begins in (`ChangeRootDirectory`, seen from outside). Its users may
  ///   be hostile: no link on the way is followed, and nothing outside is touched.
  static func create(
    at path: String, inside root: String? = nil, process: pid_t = getpid()
  ) throws(WriteError) -> PIDFile {
    let parts = FilePath(path)
    let parent = parts.removingLastComponent().string
    let directory =
      unsafe root.map { unsafe cprocess_open_directory_below($0, parent) }
      ?? cprocess_open_directory(parent.isEmpty ? "." : parent)
    guard directory >= 0, let name = parts.lastComponent?.string else {
      throw WriteError(path: path, reason: lastSystemError())
    }
    let file = PIDFile(path: path, directory: directory, name: name)
    if let reason = file.write(process) {
      close(directory)
      throw WriteError(path: path, reason: reason)
    }
    return file
  }

  /// `nil`, or why the file cannot be made.
  private func write(_ process: pid_t) -> String? {
    var status = stat()
    if unsafe fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 {
      guard status.st_mode & S_IFMT == S_IFREG else { return "the path exists and is not a regular file" }
      unsafe unlinkat(directory, name, 0)
    }
    let descriptor = unsafe openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { return lastSystemError() }
    let file = FileDescriptor(rawValue: descriptor)
    do {
      try file.closeAfter {
        _ = try file.writeAll("\(process)\n".utf8)
        // Whatever the umask is, everybody may read it.
        _ = fchmod(descriptor, 0o644)
      }
      return nil
    } catch {
      // On a full disk an empty file would remain.
      unsafe unlinkat(directory, name, 0)
      return "\(error)"
    }
  }

  /// Removes the file where it still names this process. `nil`, or why it stays.
  func remove(process: pid_t = getpid()) -> String? {
    defer { close(directory) }
    guard content() == "\(process)\n" else { return nil }
    return unsafe unlinkat(directory, name, 0) == 0 || errno == ENOENT ? nil : lastSystemError()
  }

  private func content() -> String? {
    let descriptor = unsafe openat(directory, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    let file = FileDescriptor(rawValue: descriptor)
    return try? file.closeAfter {
      var block = [UInt8](repeating: 0, count: 64)
      let count = try unsafe block.withUnsafeMutableBytes { try unsafe file.read(into: $0) }
      return String(decoding: block[..<count], as: UTF8.self)
    }
  }
}
