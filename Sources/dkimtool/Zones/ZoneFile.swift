import Glibc
import SystemPackage

/// Where a zone goes.
enum ZoneFile {
  /// Replaces the file as a whole, so that no name server ever reads half of it; its mode and owner stay.
  /// - Throws: `CommandFailure` that names the file.
  static func write(_ text: String, to path: String) throws {
    var status = stat()
    let isThere = stat(path, &status) == 0
    // A symbolic link stays one.
    let target = isThere ? realpath(path, nil).map { String(cString: $0) } ?? path : path
    let mode = isThere ? status.st_mode & 0o7777 : 0o666 & ~mask
    try NewFiles.replace([NewFiles.File(path: target, contents: Array(text.utf8), mode: mode)])
    // Only the superuser can give files away; whoever else may write here owned it before.
    if isThere { _ = chown(target, status.st_uid, status.st_gid) }
  }

  private static var mask: mode_t {
    let mask = umask(0o022)
    umask(mask)
    return mask
  }
}
