import DKIMConfiguration
import DKIMDataSets
import Testing

/// Opens data sets in the same way as the program.
enum OpenedSet {
  static func open(
    _ specification: String, timeLimit: Int = 5, cacheSeconds: Int = 0, softStart: Bool = false, caFile: String? = nil
  ) async throws -> any DataSet {
    var options = DataSetOptions()
    options.timeLimit = timeLimit
    options.cacheSeconds = cacheSeconds
    options.softStart = softStart
    options.caFile = caFile
    return try await DataSets.open(specification, location: nil, options: options, drivers: .all)
  }

  /// Returns the error of opening a set.
  static func refusal(
    _ specification: String, timeLimit: Int = 5, softStart: Bool = false, caFile: String? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async -> String? {
    let error = await #expect(throws: DataSetOpenError.self, sourceLocation: sourceLocation) {
      _ = try await open(specification, timeLimit: timeLimit, softStart: softStart, caFile: caFile)
    }
    return error.map { "\($0)" }
  }
}

extension DataSet {
  /// Returns the whole value of a key as one field; `nil` if no row matches.
  func text(_ key: String) async throws(DataSetError) -> String? {
    try await rows(for: key, all: false).first?.fields(1).first ?? nil
  }

  /// Returns the error of a lookup, and its duration.
  func failure(
    _ key: String, sourceLocation: SourceLocation = #_sourceLocation
  ) async -> (error: DataSetError?, time: Duration) {
    let start = ContinuousClock.now
    let error = await #expect(throws: DataSetError.self, sourceLocation: sourceLocation) {
      _ = try await rows(for: key, all: false)
    }
    return (error, ContinuousClock.now - start)
  }
}
