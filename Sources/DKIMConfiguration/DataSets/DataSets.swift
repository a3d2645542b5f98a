/// Opens data sets.
public enum DataSets {
  /// True where the caller's thread may wait for a server, and no other thread is started: while the configuration is
  /// read at the start of a program, since privileges are dropped later, and where nobody else needs that thread.
  @TaskLocal package static var mayBlock = false

  /// Opens the data set that a setting names; see ``DataSetKind``.
  ///
  /// - Parameters:
  ///   - place: where the setting stands: the place of the rows of a list, and of errors.
  ///   - drivers: who opens each kind. `DataSetDrivers.text` knows lists and files only.
  public static func open(
    _ specification: String, place: SourcePlace?, options: DataSetOptions = DataSetOptions(),
    drivers: DataSetDrivers = .text
  ) async throws(DataSetOpenError) -> any DataSet {
    let parsed: DataSetSpecification
    do throws(DataSetSpecification.UnknownKind) {
      parsed = try DataSetSpecification(specification)
    } catch {
      throw DataSetOpenError(
        .unknownKind(error.word), specification: DataSetSecrets.hidden(in: specification), place: place)
    }
    let request = DataSetRequest(
      kind: parsed.kind, name: parsed.name, specification: DataSetSecrets.hidden(in: specification), place: place,
      options: options)
    switch drivers[parsed.kind] {
    case .opens(let open): return try await open(request)
    case .missing(let part): throw request.error(.notBuilt(parsed.kind, part: part))
    }
  }
}

/// What a kind needs to know to open a set.
package struct DataSetRequest: Sendable {
  package let kind: DataSetKind
  /// What stands behind the kind, with passwords.
  package let name: String
  /// As it was written, without passwords.
  package let specification: String
  package let place: SourcePlace?
  package let options: DataSetOptions

  package func error(_ reason: DataSetOpenError.Reason) -> DataSetOpenError {
    DataSetOpenError(reason, specification: specification, place: place)
  }

  /// The name as a path, from `BaseDirectory` where it is relative.
  package var path: String { path(name) }

  package func path(_ name: String) -> String { RelativePath.resolved(name, base: options.baseDirectory) }
}
