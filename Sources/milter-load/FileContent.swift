import SystemPackage

/// A reader for whole files.
enum FileContent {
  static func read(_ path: String) throws -> [UInt8] {
    let file = try FileDescriptor.open(FilePath(path), .readOnly)
    return try file.closeAfter {
      var content: [UInt8] = []
      var block = [UInt8](repeating: 0, count: 1 << 16)
      while true {
        let count = try block.withUnsafeMutableBytes { try file.read(into: $0) }
        if count == 0 { return content }
        content += block[..<count]
      }
    }
  }
}
