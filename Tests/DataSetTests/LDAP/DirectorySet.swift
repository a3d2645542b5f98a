import DKIMConfiguration
import DKIMDataSets
import Testing

@testable import DataSetTestSupport

/// Directories as data sets.
enum DirectorySet {
  /// The search for rows with one text.
  static let simpleQuery = "/\(DirectoryServer.rows)?dkimValue?one?(dkimName=$d)"

  static func options(_ change: (inout DataSetOptions) -> Void = { _ in }) -> DataSetOptions {
    var options = DataSetOptions()
    options.cacheSeconds = 0
    options.ldap.timeout = 2
    change(&options)
    return options
  }

  static func open(
    _ specification: String, _ change: (inout DataSetOptions) -> Void = { _ in }
  ) async throws -> any DataSet {
    try await DataSets.open(specification, location: nil, options: options(change), drivers: .all)
  }

  /// Returns the error of opening the set.
  static func refusal(
    _ specification: String, _ change: (inout DataSetOptions) -> Void = { _ in },
    sourceLocation: SourceLocation = #_sourceLocation
  ) async -> String {
    let error = await #expect(throws: DataSetOpenError.self, sourceLocation: sourceLocation) {
      _ = try await open(specification, change)
    }
    return error.map { "\($0)" } ?? ""
  }
}

extension DataSet {
  /// Returns the columns of a key; `nil` if no row matches.
  func columns(_ key: String) async throws(DataSetError) -> [String?]? {
    guard let row = try await rows(for: key, all: false).first else { return nil }
    guard case .columns(let columns) = row.value else { return [] }
    return columns
  }
}

extension DirectoryServer {
  /// A small directory for a single test.
  static func small(tls names: String? = nil) async throws -> DirectoryServer {
    try await DirectoryServer(
      DirectoryEntry.rows([("plain", "value"), ("other", "thing")])
        + [.row(9, [("dkimName", "hidden"), ("dkimValue", "secret")], below: DirectoryServer.secrets)],
      tls: names)
  }
}
