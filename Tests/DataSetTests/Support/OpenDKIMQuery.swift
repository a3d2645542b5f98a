import Glibc
import TestSupport

/// Lookups with `opendkim -Q`.
enum OpenDKIMQuery {
  static let program = "/usr/sbin/opendkim"

  static var isInstalled: Bool { access(program, X_OK) == 0 }

  /// Returns the first fields of a key, missing ones as empty texts; `nil` if no row matches.
  static func run(_ specification: String, _ key: String, fields: Int) async throws -> [String]? {
    let folder = try TestFiles.makeFolder("/tmp/query.")
    defer { TestFiles.removeFolder(folder) }
    let (input, output) = (folder + "/in", folder + "/out")
    try TestFiles.write(Array("\(specification)\n\(key)/\(fields)\n".utf8), to: input)
    let process = try ChildProcess(["sh", "-c", "exec \(program) -Q < \(input)"], log: output)
    _ = try await process.end(within: .seconds(20))
    let lines = String(decoding: try TestFiles.read(output), as: UTF8.self).split(separator: "\n")
    let found = lines.compactMap { line in
      if line == "<empty>" { return "" }
      return line.hasPrefix("'") && line.hasSuffix("'") ? String(line.dropFirst().dropLast()) : nil
    }
    return found.isEmpty ? nil : found
  }
}
