import Glibc
import SystemPackage

/// The file with the metrics (`MetricsFile`), for a collector that reads files.
enum MetricsFile {
  /// Replaces the file atomically: a reader finds the complete old file or the complete new one.
  ///
  /// Other users may be able to write to the directory. The temporary file therefore has a random name, and an existing
  /// file, link or pipe is never opened.
  static func write(_ text: String, to path: String) -> Errno? {
    let temporary = "\(path).\(String(UInt64.random(in: .min ... .max), radix: 36)).new"
    var isMade = false
    do {
      let file = try FileDescriptor.open(
        FilePath(temporary), .writeOnly, options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
        permissions: [.ownerReadWrite, .groupRead, .otherRead])
      isMade = true
      _ = try file.closeAfter { try file.writeAll(text.utf8) }
    } catch {
      if isMade { unsafe unlink(temporary) }
      return error as? Errno ?? .ioError
    }
    if unsafe rename(temporary, path) == 0 { return nil }
    let failure = Errno(rawValue: errno)
    unsafe unlink(temporary)
    return failure
  }
}
