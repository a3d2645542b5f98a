import Glibc
import SystemPackage

/// Where a zone goes.
enum ZoneFile {
  /// Replaces a file as a whole, so that no name server ever reads half of it; mode, owner and group stay.
  ///
  /// What is open already, such as `/dev/stdout` or the file that standard output was redirected to, and what is no
  /// regular file is written to.
  /// - Throws: `CommandFailure` that names the file; a file that cannot be replaced is as it was then.
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
