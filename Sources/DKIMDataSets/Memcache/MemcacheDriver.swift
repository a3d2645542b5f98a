internal import DKIMConfiguration

/// Opens `memcache:`.
enum MemcacheDriver {
  static func open(_ request: DataSetRequest) async throws(DataSetOpenError) -> any DataSet {
    guard !request.name.isEmpty else { throw request.error(.noName(request.kind)) }
    let name: MemcacheName
    do throws(NameProblem) {
      name = try MemcacheName(request.name)
    } catch {
      throw request.error(error.reason)
    }
    let rules = RemoteDataSet.Rules(
      timeLimit: request.options.timeLimit * 1000, cacheSeconds: request.options.cacheSeconds)
    var servers: [RemoteDataSet] = []
    for address in name.servers {
      let endpoint = Endpoint(address)
      servers.append(
        try await RemoteDataSet.open(request, rules) { deadline throws(DataSetError) in
          try MemcacheConnection(to: endpoint, prefix: name.prefix, until: deadline)
        })
    }
    if servers.count == 1 { return servers[0] }
    return MemcacheDataSet(specification: request.specification, prefix: name.prefix, servers: servers)
  }
}

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
