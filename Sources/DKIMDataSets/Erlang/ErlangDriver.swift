#if Erlang
  internal import DKIMConfiguration

  /// Opens `erlang:NODE@HOST[,NODE@HOST…]:COOKIE:MODULE:FUNCTION`.
  enum ErlangDriver {
    static func open(_ request: DataSetRequest) async throws(DataSetOpenError) -> any DataSet {
      guard !request.name.isEmpty else { throw request.error(.noName(request.kind)) }
      let name: ErlangName
      do throws(NameProblem) {
        name = try ErlangName(request.name)
      } catch {
        throw request.error(error.reason)
      }
      let peers = name.nodes.map(ErlangPeer.init)
      let rules = RemoteDataSet.Rules(
        timeLimit: max(1, request.options.timeLimit) * 1000, cacheSeconds: request.options.cacheSeconds)
      return try await RemoteDataSet.open(request, rules) { deadline throws(DataSetError) in
        try ErlangConnection(name, peers, until: deadline)
      }
    }
  }
#endif
