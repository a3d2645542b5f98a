#if LMDB
  internal import DKIMConfiguration

  /// Opens `mdb:`.
  enum LMDBDriver {
    static func open(_ request: DataSetRequest) async throws(DataSetOpenError) -> any DataSet {
      guard !request.name.isEmpty else { throw request.error(.noName(request.kind)) }
      let (place, file) = try data(request)
      do throws(FileDamage) {
        // The library trusts the header pages.
        _ = try LMDBHead.both(file.reader.octets)
        return try LMDBDataSet(request, place, try environment(place))
      } catch {
        throw request.error(.store(.unusable("\(place.dataPath) \(error)")))
      }
    }

    private static func data(_ request: DataSetRequest) throws(DataSetOpenError) -> (LMDBPlace, OpenFile) {
      do throws(FileProblem) {
        let place = try LMDBPlace(request.path)
        return (place, try OpenFile(place.dataPath))
      } catch {
        throw request.error(.file(error))
      }
    }

    private static func environment(_ place: LMDBPlace) throws(FileDamage) -> LMDBUse {
      do throws(LMDBEnvironment.Failure) {
        return try LMDBEnvironments.use(place)
      } catch {
        throw FileDamage("cannot be opened by the library: \(error.text)")
      }
    }
  }
#endif
