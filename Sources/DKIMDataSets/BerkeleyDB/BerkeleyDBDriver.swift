#if BerkeleyDB
  internal import DKIMConfiguration

  /// Opens `db:`.
  enum BerkeleyDBDriver {
    static func open(_ request: DataSetRequest) async throws(DataSetOpenError) -> any DataSet {
      guard !request.name.isEmpty else { throw request.error(.noName(request.kind)) }
      return try BerkeleyDBDataSet(request)
    }
  }
#endif
