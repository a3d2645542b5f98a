internal import DKIMConfiguration

/// Rows on several servers, each of which has some of the keys. If a server is down, only its own keys are unavailable.
struct MemcacheDataSet: DataSet {
  let specification: String
  let prefix: String
  /// In the order of the specification.
  let servers: [RemoteDataSet]

  var startProblem: DataSetError? { servers.lazy.compactMap(\.startProblem).first }

  func rows(for key: String, all: Bool) async throws(DataSetError) -> [DataSetRow] {
    guard let name = MemcacheKey(key, prefix: prefix) else { return [] }
    return try await servers[name.server(of: servers.count)].rows(for: key, all: all)
  }

  func allRows(limit: Int) async throws(DataSetError) -> [DataSetRow] { throw .notWalkable }
}
