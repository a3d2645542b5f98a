import CProcess
import Glibc
import SystemPackage

/// The PID file (`PidFile`).
///
/// It is always a new file, so a link that someone else has put in its place is never followed. The directory stays
/// open, so that the file is removed from the directory it was created in.
struct PIDFile: Sendable {
  let path: String
  private let directory: CInt
  private let name: String

  /// The reason why the file cannot be written, for the log. The filter runs without the file, as OpenDKIM does.
  struct WriteError: Error, Sendable, Hashable, CustomStringConvertible {
    let path: String
    let reason: String

    var description: String { "can't write pid to \(path): \(reason)" }
  }

  /// Creates the file; if that fails, logs an error and returns `nil`.
  static func create(at path: String, inside root: String? = nil, log: Log) -> PIDFile? {
    do throws(WriteError) {
      return try create(at: path, inside: root)
    } catch {
      log.write(.error, "\(error)")
      return nil
    }
  }

  /// Creates the file. It replaces the file of an earlier run, but only if that is a regular file.
  /// - Parameter root: the directory that `path` is relative to (`ChangeRootDirectory`, seen from outside). Its users
  ///   may
  ///   be hostile, so links in the path are not followed, and nothing outside is changed.
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

  /// Writes the file; returns `nil` or the reason for the failure.
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
        // All users may read the file, whatever the umask is.
        _ = fchmod(descriptor, 0o644)
      }
      return nil
    } catch {
      // On a full disk, an empty file would be left.
      unsafe unlinkat(directory, name, 0)
      return "\(error)"
    }
  }

  /// Removes the file if it still contains this process's ID; returns `nil` or the reason for the failure.
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
