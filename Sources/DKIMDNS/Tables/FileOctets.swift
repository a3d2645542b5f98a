import SystemPackage

/// A reader for small files.
enum FileOctets {
  /// Reads a whole file.
  /// - Throws: ``FileReadError`` if the file cannot be read or is longer than `limit` bytes.
  static func read(_ path: String, limit: Int) throws(FileReadError) -> [UInt8] {
    do {
      let file = try FileDescriptor.open(FilePath(path), .readOnly, options: [.closeOnExec])
      return try file.closeAfter { try read(file, limit: limit) }
    } catch let error as FileReadError {
      throw error
    } catch let error as Errno {
      throw FileReadError(reason: "\(error)")
    } catch {
      throw FileReadError(reason: "cannot be read")
    }
  }

  private static func read(_ file: FileDescriptor, limit: Int) throws -> [UInt8] {
    var octets: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = try unsafe block.withUnsafeMutableBytes { try unsafe file.read(into: $0) }
      if count == 0 { return octets }
      guard octets.count + count <= limit else { throw FileReadError(reason: "is longer than \(limit) bytes") }
      octets += block[..<count]
    }
  }
}

/// The reason why a file could not be read.
struct FileReadError: Error, Sendable, Hashable {
  let reason: String
}
