internal import DKIMConfiguration
internal import Glibc
internal import SystemPackage
internal import SystemSupport

/// Reads parts of an open file.
struct FileReader {
  let descriptor: CInt

  /// Returns `count` bytes from `offset`, or fewer at the end of the file.
  func bytes(_ offset: Int, _ count: Int) throws(FileDamage) -> [UInt8] {
    guard offset >= 0, count > 0 else { return [] }
    var bytes = [UInt8](repeating: 0, count: count)
    var got = 0
    while got < count {
      let result = unsafe bytes.withUnsafeMutableBytes {
        unsafe pread(descriptor, $0.baseAddress.map { unsafe $0 + got }, count - got, off_t(offset + got))
      }
      if result < 0, errno == EINTR { continue }
      guard result >= 0 else { throw FileDamage("cannot be read: \(Errno(rawValue: errno))") }
      if result == 0 { break }
      got += result
    }
    return Array(bytes.prefix(got))
  }
}

/// An open file that is closed when the object is deallocated.
final class OpenFile: Sendable {
  let reader: FileReader

  init(_ path: String) throws(FileProblem) {
    reader = FileReader(descriptor: unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY))
    guard reader.descriptor >= 0 else { throw FileProblem(path: path, reason: .system(Errno(rawValue: errno))) }
  }

  deinit { if reader.descriptor >= 0 { close(reader.descriptor) } }
}
