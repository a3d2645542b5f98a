import Glibc
import TestSupport

/// What `opendkim -Q` finds.
enum OpenDKIMQuery {
  static let program = "/usr/sbin/opendkim"

  static var isInstalled: Bool { access(program, X_OK) == 0 }

  /// The first fields behind a key; `nil` where it finds none.
  static func run(_ specification: String, _ key: String, fields: Int) async throws -> [String]? {
    let folder = try TestFiles.makeFolder("/tmp/query.")
    defer { TestFiles.removeFolder(folder) }
    let (input, output) = (folder + "/in", folder + "/out")
    try TestFiles.write(Array("\(specification)\n\(key)/\(fields)\n".utf8), to: input)
    let process = try ChildProcess(["sh", "-c", "exec \(program) -Q < \(input)"], log: output)
    _ = try await process.end(within: .seconds(20))
    let lines = String(decoding: try TestFiles.read(output), as: UTF8.self).split(separator: "\n")
    let found = lines.filter { $0.hasPrefix("'") && $0.hasSuffix("'") }.map { String($0.dropFirst().dropLast()) }
    return found.isEmpty ? nil : found
  }
}
