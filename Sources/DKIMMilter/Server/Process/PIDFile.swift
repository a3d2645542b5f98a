import Glibc
import SystemPackage

/// The file that tells the number of the process (`PidFile`).
///
/// It is always made anew: whoever may write to the folder cannot make us write through a link of theirs.
struct PIDFile: Sendable {
  let path: String

  /// Replaces what an earlier run has left. Only a regular file is replaced.
  static func create(at path: String, process: pid_t = getpid()) throws(StartFailure) -> PIDFile {
    var status = stat()
    if unsafe lstat(path, &status) == 0 {
      guard status.st_mode & S_IFMT == S_IFREG else {
        throw StartFailure(
          .systemError, "PidFile \(path): something that is no regular file is in its place; remove it")
      }
      unsafe unlink(path)
    }
    do {
      let file = try FileDescriptor.open(
        FilePath(path), .writeOnly, options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
        permissions: [.ownerReadWrite, .groupRead, .otherRead])
      try file.closeAfter {
        _ = try file.writeAll("\(process)\n".utf8)
        // Whatever the umask is, everybody may read it.
        _ = fchmod(file.rawValue, 0o644)
      }
    } catch let error as Errno {
      throw StartFailure(.systemError, "PidFile \(path): \(error)")
    } catch {
      throw StartFailure(.systemError, "PidFile \(path) cannot be written")
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
