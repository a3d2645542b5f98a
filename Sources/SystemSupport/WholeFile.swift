package import SystemPackage

/// A reader for whole files of any kind, such as pipes. ``SizeLimitedFile`` reads only regular files.
package enum WholeFile {
  /// Reads a file.
  /// - Throws: ``FileReadError`` if the file cannot be read or is longer than `limit` bytes.
  package static func read(_ path: String, limit: Int) throws(FileReadError) -> [UInt8] {
    try result(limit: limit) {
      let file = try FileDescriptor.open(FilePath(path), .readOnly, options: [.closeOnExec])
      return try file.closeAfter { try file.readToEnd(limit: limit) }
    }
  }

  /// Reads the rest of standard input.
  /// - Throws: ``FileReadError`` if it cannot be read or is longer than `limit` bytes.
  package static func readStandardInput(limit: Int) throws(FileReadError) -> [UInt8] {
    try result(limit: limit) { try FileDescriptor.standardInput.readToEnd(limit: limit) }
  }

  private static func result(limit: Int, _ read: () throws -> [UInt8]?) throws(FileReadError) -> [UInt8] {
    let bytes: [UInt8]?
    do {
      bytes = try read()
    } catch let error as Errno {
      throw FileReadError(reason: "\(error)")
    } catch {
      throw FileReadError(reason: "cannot be read")
    }
    guard let bytes else { throw FileReadError(reason: "is longer than \(limit) bytes") }
    return bytes
  }
}

/// The reason why a file could not be read.
package struct FileReadError: Error, Sendable, Hashable {
  package let reason: String
}

extension FileDescriptor {
  /// Reads to the end of the file; returns `nil` if that is more than `limit` bytes.
  /// - Parameter size: the size of the file, if it is known; the buffer for reading is made for it.
  package func readToEnd(limit: Int, expecting size: Int? = nil) throws -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(size ?? 0)
    var block = [UInt8](repeating: 0, count: size.map { min(max($0 + 1, 1 << 12), 1 << 18) } ?? 1 << 16)
    while true {
      let count = try unsafe block.withUnsafeMutableBytes { try unsafe read(into: $0) }
      if count == 0 { return bytes }
      guard bytes.count + count <= limit else { return nil }
      bytes += block[..<count]
    }
  }
}
