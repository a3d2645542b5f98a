internal import DKIMConfiguration

/// Opens `redis:` and `rediss:`.
enum RedisDriver {
  static func open(_ request: DataSetRequest) async throws(DataSetOpenError) -> any DataSet {
    guard !request.name.isEmpty else { throw request.error(.noName(request.kind)) }
    let name: RedisName
    do throws(NameProblem) {
      name = try RedisName(request.name)
    } catch {
      throw request.error(error.reason)
    }
    let endpoint = Endpoint(name.server, tls: try tls(request, name.server))
    let rules = RemoteDataSet.Rules(
      timeLimit: request.options.timeLimit * 1000, cacheSeconds: request.options.cacheSeconds,
      problems: problems(name, request))
    return try await RemoteDataSet.open(request, rules) { deadline throws(DataSetError) in
      try RedisConnection(to: endpoint, name, until: deadline)
    }
  }

  /// Warnings about a name that works but is probably not what was meant.
  static func problems(_ name: RedisName, _ request: DataSetRequest) -> [ConfigurationProblem] {
    guard request.kind == .redis, name.password != nil, !name.server.isLocal else { return [] }
    return [
      ConfigurationProblem(
        .warning, at: request.location,
        "\"\(request.specification)\": the password is sent to \(name.server) unencrypted", fix: "write rediss:")
    ]
  }

  private static func tls(
    _ request: DataSetRequest, _ server: ServerAddress
  ) throws(DataSetOpenError) -> TLSContext? {
    guard request.kind == .rediss else { return nil }
    guard case .host = server else {
      throw request.error(
        .badName(found: "a unix socket, which needs no TLS", expected: "redis: for the socket, or a host for rediss:"))
    }
    do throws(DataSetError) {
      return try TLSContext(TLSRules(caFile: request.options.caFile.map { request.path($0) }))
    } catch {
      throw request.error(.store(error))
    }
  }
}
