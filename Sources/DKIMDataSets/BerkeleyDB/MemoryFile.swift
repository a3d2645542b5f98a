#if BerkeleyDB
  internal import CBerkeleyDB
  internal import Glibc

  /// A file in memory that a library can open by a path, and that no other process changes.
  struct MemoryFile: ~Copyable {
    private let descriptor: CInt

    /// Creates a file with the given contents; `nil` if the system cannot.
    init?(_ bytes: [UInt8]) {
      descriptor = unsafe memfd_create("rows", UInt32(MEMFD_CLOSE_ON_EXEC))
      guard descriptor >= 0, Self.write(bytes, to: descriptor) else { return nil }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// The path of the file. It exists only if `/proc` is mounted, which it may not be in a changed root directory.
    var path: String { "/proc/self/fd/\(descriptor)" }

    private static func write(_ bytes: [UInt8], to descriptor: CInt) -> Bool {
      var start = 0
      while start < bytes.count {
        let count = unsafe bytes.withUnsafeBytes {
          unsafe Glibc.write(descriptor, $0.baseAddress.map { unsafe $0 + start }, $0.count - start)
        }
        guard count > 0 else { return false }
        start += count
      }
      return true
    }
  }
#endif
