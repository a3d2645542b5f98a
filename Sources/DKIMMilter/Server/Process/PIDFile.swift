import Glibc
import SystemPackage

/// The file with the number of the process (`PidFile`).
///
/// It is always a new file: a link that somebody else has put there is never written through.
struct PIDFile: Sendable {
  let path: String

  /// Why the file cannot be written, as a sentence for the log. The filter runs without it, as OpenDKIM does.
  struct WriteError: Error, Sendable, Hashable, CustomStringConvertible {
    let path: String
    let reason: String

    var description: String { "can't write pid to \(path): \(reason)" }
  }

  /// The file, or `nil` and a line in the log.
  static func create(at path: String, log: Log) -> PIDFile? {
    do throws(WriteError) {
      return try create(at: path)
    } catch {
      log.write(.error, "\(error)")
      return nil
    }
  }

  /// Replaces the file of an earlier run. Nothing but a regular file is replaced.
  static func create(at path: String, process: pid_t = getpid()) throws(WriteError) -> PIDFile {
    var status = stat()
    if unsafe lstat(path, &status) == 0 {
      guard status.st_mode & S_IFMT == S_IFREG else {
        throw WriteError(path: path, reason: "the path exists and is not a regular file")
      }
      unsafe unlink(path)
    }
    do {
      let file = try FileDescriptor.open(
        FilePath(path), .writeOnly, options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
        permissions: [.ownerReadWrite, .groupRead, .otherRead])
      try file.closeAfter {
        do {
          _ = try file.writeAll("\(process)\n".utf8)
        } catch {
          // On a full disk the file would stay behind, empty.
          unsafe unlink(path)
          throw error
        }
        // Whatever the umask is, everybody may read it.
        _ = fchmod(file.rawValue, 0o644)
      }
    } catch {
      throw WriteError(path: path, reason: "\(error)")
    }
    return PIDFile(path: path)
  }

  /// Removes the file where it still names this process. `nil`, or why it stays.
  func remove(process: pid_t = getpid()) -> String? {
    guard content() == "\(process)\n" else { return nil }
    return unsafe unlink(path) == 0 || errno == ENOENT ? nil : lastSystemError()
  }

  private func content() -> String? {
    guard let file = try? FileDescriptor.open(FilePath(path), .readOnly, options: [.noFollow, .closeOnExec])
    else { return nil }
    return try? file.closeAfter {
      var block = [UInt8](repeating: 0, count: 64)
      let count = try unsafe block.withUnsafeMutableBytes { try unsafe file.read(into: $0) }
      return String(decoding: block[..<count], as: UTF8.self)
    }
  }
}
