import Glibc
import SystemPackage

/// Reads whole files; `-` is standard input.
enum InputFile {
  static let standardInput = "-"

  /// The size limit of a message, in bytes.
  static let sizeLimit = 1 << 30

  private static let blockSize = 1 << 16
  private static let largestBlock = 1 << 24

  /// A file that is open for reading. It is closed when the last reference is released.
  final class Handle: Sendable {
    let descriptor: FileDescriptor

    fileprivate init(_ descriptor: FileDescriptor) {
      self.descriptor = descriptor
    }

    deinit {
      if descriptor != .standardInput { try? descriptor.close() }
    }
  }

  /// - Throws: `CommandFailure` that names the file.
  static func read(_ path: String) throws -> [UInt8] {
    try read(try open(path), path)
  }

  /// Reads the rest of an open file.
  static func read(_ file: Handle, _ path: String) throws -> [UInt8] {
    var content: [UInt8] = []
    if try readStart(of: file, path, into: &content) { try readRest(of: file, path, into: &content) }
    return content
  }

  /// - Throws: `CommandFailure` that names the file.
  static func open(_ path: String) throws -> Handle {
    guard path != standardInput else { return Handle(.standardInput) }
    do {
      return Handle(try FileDescriptor.open(FilePath(path), .readOnly, options: [.closeOnExec]))
    } catch {
      throw CommandFailure(.noInput, "\(path): \(error)")
    }
  }

  /// Reads the beginning of a file: all of it if it is a regular file of at most 16 MiB.
  ///
  /// - Returns: false at the end of the file.
  static func readStart(of file: Handle, _ path: String, into content: inout [UInt8]) throws -> Bool {
    var status = stat()
    let isRegular = fstat(file.descriptor.rawValue, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    guard isRegular else { return try readBlock(of: file, path, blockSize, into: &content) }
    // Asking for one byte more than the file has shows its end without a second read.
    let size = min(max(Int(status.st_size), 0), largestBlock) + 1
    return try readBlock(of: file, path, size, shortIsEnd: true, into: &content)
  }

  /// Appends the rest of the file.
  static func readRest(of file: Handle, _ path: String, into content: inout [UInt8]) throws {
    repeat {
      guard content.count <= sizeLimit else {
        throw CommandFailure(.dataError, "\(path): larger than \(sizeLimit) bytes, the limit for a message")
      }
    } while try readBlock(of: file, path, min(max(content.count, blockSize), largestBlock), into: &content)
  }

  /// Appends `count` bytes, or fewer at the end of the file.
  ///
  /// - Parameter shortIsEnd: whether a read that returns fewer bytes than requested means the end of the file.
  /// - Returns: false at the end of the file.
  static func readBlock(
    of file: Handle, _ path: String, _ count: Int, shortIsEnd: Bool = false, into content: inout [UInt8]
  ) throws -> Bool {
    var end = false
    let block = try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count, !end {
        let rest = UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: buffer[filled...]))
        let got = Glibc.read(file.descriptor.rawValue, rest.baseAddress, rest.count)
        if got < 0, errno == EINTR { continue }
        guard got >= 0 else { throw CommandFailure(.noInput, "\(path): \(Errno(rawValue: errno))") }
        filled += got
        end = got == 0 || shortIsEnd && filled < count
      }
    }
    if content.isEmpty { content = block } else { content += block }
    return !end
  }
}
