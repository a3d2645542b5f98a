#if LMDB
  internal import DKIMConfiguration
  internal import SystemSupport

  /// Opens `mdb:`.
  enum LMDBDriver {
    static func open(_ request: DataSetRequest) async throws(DataSetOpenError) -> any DataSet {
      guard !request.name.isEmpty else { throw request.error(.noName(request.kind)) }
      let (location, file) = try data(request)
      do throws(FileDamage) {
        // The library trusts the header pages.
        _ = try LMDBHead.both(file.reader.bytes)
        return try LMDBDataSet(request, location, try environment(location))
      } catch {
        throw request.error(.store(.unusable("\(location.dataPath) \(error)")))
      }
    }

    private static func data(_ request: DataSetRequest) throws(DataSetOpenError) -> (LMDBPlace, OpenFile) {
      do throws(FileProblem) {
        let location = try LMDBPlace(request.path)
        return (location, try OpenFile(location.dataPath))
      } catch {
        throw request.error(.file(error))
      }
    }

    private static func environment(_ location: LMDBPlace) throws(FileDamage) -> LMDBUse {
      do throws(LMDBEnvironment.Failure) {
        return try LMDBEnvironments.use(location)
      } catch {
        throw FileDamage("cannot be opened by the library: \(error.text)")
      }
    }
  }
#endif
