import Glibc
import SystemPackage

/// `MetricsFile`: the counters in a file, for a collector that reads files.
enum MetricsFile {
  /// Seconds between two writings.
  static let interval = 15

  /// A reader finds the old file or the new one, never half of one.
  ///
  /// Other users may write to the folder. The temporary file therefore has a name that nobody can guess, and never
  /// is a file, link or pipe that exists.
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
