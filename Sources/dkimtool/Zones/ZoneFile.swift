import Glibc
import SystemPackage

/// Writes a zone to a file.
enum ZoneFile {
  /// Replaces a file as a whole, so that no name server ever reads half of it. Its mode, owner and group are kept.
  ///
  /// A file that is already open, such as `/dev/stdout` or the file that standard output is redirected to, and anything
  /// that is not a regular file, is written to directly.
  ///
  /// - Throws: `CommandFailure` that names the file; a file that cannot be replaced is then unchanged.
  static func write(_ text: String, to path: String) throws {
    let contents = Array(text.utf8)
    switch try ZoneTarget(path) {
    case .open(let descriptor): try add(contents, to: descriptor, path)
    case .stream(let target):
      let descriptor: FileDescriptor
      do {
        descriptor = try FileDescriptor.open(FilePath(target), .writeOnly, options: [.closeOnExec])
      } catch {
        throw CommandFailure(.cannotCreate, "\(path): \(error)")
      }
      try descriptor.closeAfter { try add(contents, to: descriptor, path) }
    case .file(let target, let status):
      let file = NewFiles.File(
        path: target, contents: contents, mode: status.map { $0.st_mode & 0o7777 } ?? 0o666 & ~mask,
        owner: status.map { .init(user: $0.st_uid, group: $0.st_gid) })
      try NewFiles.replace([file])
    }
  }

  private static func add(_ contents: [UInt8], to descriptor: FileDescriptor, _ path: String) throws {
    do {
      _ = try descriptor.writeAll(contents)
    } catch {
      throw CommandFailure(.ioError, "\(path): \(error)")
    }
  }

  private static var mask: mode_t {
    let mask = umask(0o022)
    umask(mask)
    return mask
  }
}
