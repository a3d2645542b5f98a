/// Opens data sets.
package enum DataSets {
  /// True if the caller's thread may block while it waits for a server, so that no other thread is started.
  ///
  /// It is set while the configuration is read at the start of a program, because privileges are dropped later, and
  /// where no other work needs the thread.
  @TaskLocal package static var mayBlock = false

  /// Opens the data set that a setting names; see ``DataSetKind``.
  ///
  /// - Parameters:
  ///   - place: the file and line of the setting. Errors and the rows of a list have it as their place.
  ///   - drivers: the drivers to use. `DataSetDrivers.text` has only lists and files.
  package static func open(
    _ specification: String, location: FileLocation?, options: DataSetOptions = DataSetOptions(),
    drivers: DataSetDrivers = .text
  ) async throws(DataSetOpenError) -> any DataSet {
    let parsed: DataSetSpecification
    do throws(DataSetSpecification.UnknownKind) {
      parsed = try DataSetSpecification(specification)
    } catch {
      throw DataSetOpenError(
        .unknownKind(error.word), specification: DataSetSecrets.hidden(in: specification), location: location)
    }
    let request = DataSetRequest(
      kind: parsed.kind, name: parsed.name, specification: DataSetSecrets.hidden(in: specification), location: location,
      options: options)
    switch drivers[parsed.kind] {
    case .opens(let open): return try await open(request)
    case .missing(let part): throw request.error(.notBuilt(parsed.kind, part: part))
    }
  }
}

/// The arguments of a driver that opens a data set.
package struct DataSetRequest: Sendable {
  package let kind: DataSetKind
  /// The text after the kind, with passwords.
  package let name: String
  /// The specification as it was written, without passwords.
  package let specification: String
  package let location: FileLocation?
  package let options: DataSetOptions

  package func error(_ reason: DataSetOpenError.Reason) -> DataSetOpenError {
    DataSetOpenError(reason, specification: specification, location: location)
  }

  /// The name as a path; a relative path starts at `BaseDirectory`.
  package var path: String { path(name) }

  package func path(_ name: String) -> String { RelativePath.resolved(name, base: options.baseDirectory) }
}
