import DKIMConfiguration
import DKIMDataSets
import Testing

/// Data sets as the program opens them.
enum OpenedSet {
  static func open(
    _ specification: String, timeLimit: Int = 5, cacheSeconds: Int = 0, softStart: Bool = false, caFile: String? = nil
  ) async throws -> any DataSet {
    var options = DataSetOptions()
    options.timeLimit = timeLimit
    options.cacheSeconds = cacheSeconds
    options.softStart = softStart
    options.caFile = caFile
    return try await DataSets.open(specification, place: nil, options: options, drivers: .all)
  }

  /// Why it cannot be opened.
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
  /// The whole value of a key as one field; `nil` where there is no row.
  func text(_ key: String) async throws(DataSetError) -> String? {
    try await rows(for: key, all: false).first?.fields(1).first ?? nil
  }

  /// The error that a look-up ends with, and how long that took.
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
