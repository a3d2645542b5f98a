import DKIMCore
import Glibc
import SystemPackage
import TestSupport

@testable import DKIMConfiguration

/// A directory for the files of one test, which is removed after the test.
final class TableFolder {
  let path: String

  /// - Parameter parent: the parent directory; if keys must be safe, not one that everyone can write to.
  init(in parent: String = "/tmp") throws {
    var template = Array("\(parent)/dkim-tables-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Errno(rawValue: errno) }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    for name in (try? TestFiles.names(in: path)) ?? [] {
      unlink("\(path)/\(name)")
      rmdir("\(path)/\(name)")
    }
    rmdir(path)
  }

  @discardableResult
  func write(_ name: String, _ text: String, mode: mode_t = 0o600) throws -> String {
    try write(name, Array(text.utf8), mode: mode)
  }

  @discardableResult
  func write(_ name: String, _ bytes: [UInt8], mode: mode_t = 0o600) throws -> String {
    let file = "\(path)/\(name)"
    let descriptor = try FileDescriptor.open(
      FilePath(file), .writeOnly, options: [.create, .truncate], permissions: .ownerReadWrite)
    try descriptor.closeAfter { _ = try bytes.withUnsafeBytes { try descriptor.writeAll($0) } }
    guard chmod(file, mode) == 0 else { throw Errno(rawValue: errno) }
    return file
  }
}

/// Data sets for tests.
enum Sets {
  static func list(_ text: String, caseSensitive: Bool = false) async throws -> any DataSet {
    try await DataSets.open(
      "csl:" + text, location: FileLocation(file: "conf", line: 7),
      options: DataSetOptions(caseSensitive: caseSensitive))
  }

  static func file(_ text: String, caseSensitive: Bool = false) async throws -> any DataSet {
    let folder = try TableFolder()
    return try await DataSets.open(
      "file:" + folder.write("table", text), location: nil, options: DataSetOptions(caseSensitive: caseSensitive))
  }

  static func patterns(_ text: String, caseSensitive: Bool = false) async throws -> any DataSet {
    let folder = try TableFolder()
    return try await DataSets.open(
      "refile:" + folder.write("table", text), location: nil, options: DataSetOptions(caseSensitive: caseSensitive))
  }
}

extension DataSet {
  /// The value of the first row, `""` if it has no value; `nil` if there is no row.
  func value(_ key: String) async throws -> String? {
    guard let row = try await rows(for: key, all: false).first else { return nil }
    guard case .text(let text) = row.value else { return "" }
    return text
  }

  func values(_ key: String) async throws -> [String] {
    try await rows(for: key, all: true).map { if case .text(let text) = $0.value { text } else { "" } }
  }
}

func address(_ text: String) throws -> MailAddress {
  let at = text.lastIndex(of: "@") ?? text.startIndex
  return MailAddress(
    localPart: String(text[..<at]), domain: try DomainName(String(text[text.index(after: at)...])))
}

/// A data set that is not in memory, like those on servers.
struct RemoteSet: DataSet {
  let specification = "remote:"
  let rows: [String: String]

  func rows(for key: String, all: Bool) async throws(DataSetError) -> [DataSetRow] {
    if key == "down" { throw .temporary("the server is down") }
    return rows[key].map { [DataSetRow(key: key, value: .text($0), location: nil)] } ?? []
  }

  func allRows(limit: Int) async throws(DataSetError) -> [DataSetRow] { throw .notWalkable }
}
