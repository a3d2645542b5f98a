import Glibc
import SystemPackage

/// `MetricsFile`: the counters in a file, for a collector that reads files.
enum MetricsFile {
  /// Seconds between two writings.
  static let interval = 15

  /// A reader finds the old file or the new one, never half of one.
  static func write(_ text: String, to path: String) -> Errno? {
    let temporary = path + ".new"
    do {
      let file = try FileDescriptor.open(
        FilePath(temporary), .writeOnly, options: [.create, .truncate, .noFollow, .closeOnExec],
        permissions: [.ownerReadWrite, .groupRead, .otherRead])
      _ = try file.closeAfter { try file.writeAll(text.utf8) }
    } catch let error as Errno {
      return error
    } catch {
      return .ioError
    }
    return unsafe rename(temporary, path) == 0 ? nil : Errno(rawValue: errno)
  }
}
