import SystemPackage

/// Reading whole files; `-` is standard input.
enum InputFile {
  static let standardInput = "-"

  /// - Throws: `CommandFailure` that names the file.
  static func read(_ path: String) throws -> [UInt8] {
    do {
      guard path != standardInput else { return try readAll(.standardInput) }
      let file = try FileDescriptor.open(FilePath(path), .readOnly)
      return try file.closeAfter { try readAll(file) }
    } catch let error as Errno {
      throw CommandFailure(.noInput, "\(path): \(error)")
    }
  }

  private static func readAll(_ file: FileDescriptor) throws -> [UInt8] {
    var content: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = try block.withUnsafeMutableBytes { try file.read(into: $0) }
      if count == 0 { return content }
      content += block[..<count]
    }
  }
}
