/// Opens data sets.
public enum DataSets {
  /// Opens the data set that a setting names; see ``DataSetKind``.
  ///
  /// - Parameters:
  ///   - place: where the setting stands: the place of the rows of a list, and of errors.
  public static func open(
    _ specification: String, place: SourcePlace?, options: DataSetOptions = DataSetOptions()
  ) async throws(DataSetOpenError) -> any DataSet {
    let parsed: DataSetSpecification
    do throws(DataSetSpecification.UnknownKind) {
      parsed = try DataSetSpecification(specification)
    } catch {
      throw DataSetOpenError(.unknownKind(error.word), specification: specification, place: place)
    }
    let request = DataSetRequest(
      kind: parsed.kind, name: parsed.name, specification: specification, place: place, options: options)
    switch DataSetRegistry.driver(for: parsed.kind) {
    case .opens(let open): return try await open(request)
    case .missing(let part): throw request.error(.notBuilt(parsed.kind, part: part))
    }
  }
}

/// What a kind needs to know to open a set.
struct DataSetRequest: Sendable {
  let kind: DataSetKind
  /// What stands behind the kind.
  let name: String
  let specification: String
  let place: SourcePlace?
  let options: DataSetOptions

  func error(_ reason: DataSetOpenError.Reason) -> DataSetOpenError {
    DataSetOpenError(reason, specification: specification, place: place)
  }

  /// The name as a path, from `BaseDirectory` where it is relative.
  var path: String { RelativePath.resolved(name, base: options.baseDirectory) }
}

/// Who opens each kind. A part that brings a kind along is entered here.
enum DataSetRegistry {
  enum Driver: Sendable {
    case opens(@Sendable (DataSetRequest) async throws(DataSetOpenError) -> any DataSet)
    /// The part of this program that would open it; `nil` where there is none.
    case missing(part: String?)
  }

  static func driver(for kind: DataSetKind) -> Driver {
    switch kind {
    case .csl: .opens(TextDrivers.list)
    case .file: .opens(TextDrivers.file)
    case .refile: .opens(TextDrivers.patterns)
    case .db: .missing(part: "BerkeleyDB")
    case .dsn: .missing(part: "SQL")
    case .ldap, .ldaps, .ldapi: .missing(part: "LDAP")
    case .lua: .missing(part: "Lua")
    case .erlang: .missing(part: "Erlang")
    case .mdb: .missing(part: "LMDB")
    case .memcache, .redis, .socket, .repute: .missing(part: nil)
    }
  }
}
