import DKIMConfiguration
import TestSupport

@testable import DKIMDataSets

/// Database files in the directory of a test, written by the programs that administrators use.
struct DatabaseFiles {
  typealias Rows = [(key: String, value: String)]

  let folder: String

  /// Runs `body` with a new directory.
  nonisolated(nonsending) static func run(
    _ body: nonisolated(nonsending) (DatabaseFiles) async throws -> Void
  ) async throws {
    let folder = try TestFiles.makeFolder("/tmp/dkim-databases-")
    defer { TestFiles.removeFolder(folder) }
    try await body(DatabaseFiles(folder: folder))
  }

  func path(_ name: String) -> String { folder + "/" + name }

  /// Runs a program, which must succeed.
  nonisolated(nonsending) func run(_ arguments: String...) async throws {
    let log = path("log")
    let process = try ChildProcess(arguments, log: log)
    guard try await process.end() == 0 else {
      throw ChildProcess.Failure("\(arguments): \(String(decoding: try TestFiles.read(log), as: UTF8.self))")
    }
  }

  nonisolated(nonsending) func makeBerkeleyDB(
    _ name: String, _ rows: Rows, type: String = "hash", settings: [String] = [], options: [String] = []
  ) async throws {
    let log = path("log")
    let input = try writePairs(rows)
    let arguments =
      ["db5.3_load", "-T", "-t", type, "-f", input] + options + settings.flatMap { ["-c", $0] } + [path(name)]
    let process = try ChildProcess(arguments, log: log)
    guard try await process.end() == 0 else {
      throw ChildProcess.Failure("\(arguments): \(String(decoding: try TestFiles.read(log), as: UTF8.self))")
    }
  }

  /// - Parameter isFolder: whether `name` is a directory, which is created if necessary.
  nonisolated(nonsending) func makeLMDB(
    _ name: String, _ rows: Rows, isFolder: Bool = true, mapSize: Int = 64 << 20
  ) async throws {
    let head = "VERSION=3\nformat=print\ntype=btree\nmapsize=\(mapSize)\nHEADER=END\n"
    let input = try writePairs(rows, head: head, indent: " ", end: "DATA=END\n")
    if isFolder {
      try await run("mkdir", "-p", path(name))
      try await run("mdb_load", "-f", input, path(name))
    } else {
      try await run("mdb_load", "-n", "-f", input, path(name))
    }
  }

  /// A key and a value on two lines each; special bytes are written as numbers.
  private func writePairs(_ rows: Rows, head: String = "", indent: String = "", end: String = "") throws -> String {
    var bytes = Array(head.utf8)
    for text in rows.flatMap({ [$0.key, $0.value] }) {
      bytes += indent.utf8
      for byte in text.utf8 {
        switch byte {
        case 0x20...0x5B, 0x5D...0x7E: bytes.append(byte)
        default: bytes += "\\\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8
        }
      }
      bytes.append(UInt8(ascii: "\n"))
    }
    bytes += end.utf8
    let input = path("pairs")
    try TestFiles.write(bytes, to: input)
    return input
  }

  nonisolated(nonsending) func makeSQLite(_ name: String, _ sql: String) async throws {
    let input = path("statements")
    try TestFiles.write(Array(sql.utf8), to: input)
    try await run("sqlite3", "-bail", path(name), ".read \(input)")
  }

  /// Opens a data set. Names in the specification are relative to the directory; nothing is cached.
  nonisolated(nonsending) func open(
    _ specification: String, caseSensitive: Bool = false, timeLimit: Int = 5
  ) async throws -> any DataSet {
    var options = DataSetOptions(caseSensitive: caseSensitive, baseDirectory: folder)
    options.timeLimit = timeLimit
    options.cacheSeconds = 0
    return try await DataSets.open(specification, location: nil, options: options, drivers: .all)
  }

  /// Returns the error of opening a set; `nil` if it can be opened.
  nonisolated(nonsending) func refusal(_ specification: String) async -> String? {
    do {
      _ = try await open(specification)
      return nil
    } catch {
      return "\(error)"
    }
  }
}

/// Random changes to bytes. The same number always gives the same changes.
struct Damage {
  private var generator: SeededGenerator

  init(_ number: Int) { generator = SeededGenerator(seed: UInt64(number)) }

  /// Returns a copy with one to four bytes changed at each of `places` places.
  mutating func changed(_ bytes: [UInt8], locations: Int) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<locations {
      let location = generator.below(bytes.count)
      for offset in 0...generator.below(4) where location + offset < bytes.count {
        bytes[location + offset] = UInt8(generator.below(256))
      }
    }
    return bytes
  }
}
