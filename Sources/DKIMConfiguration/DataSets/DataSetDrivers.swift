/// The drivers that open each kind of data set.
package struct DataSetDrivers: Sendable {
  package enum Driver: Sendable {
    case opens(@Sendable (DataSetRequest) async throws(DataSetOpenError) -> any DataSet)
    /// This build has no driver. `part`: the optional part (package trait) that adds one; `nil` if there is none.
    case missing(part: String?)
  }

  private var drivers: [DataSetKind: Driver]

  /// Compiles a policy script: the text, and its path for errors. `nil` if this build has no Lua.
  package var compileScript: (@Sendable ([UInt8], String) throws(ConfigurationProblem) -> any PolicyScript)?

  /// The drivers for text: `csl:`, `file:`, `refile:`.
  package static let text = DataSetDrivers(drivers: [
    .csl: .opens(TextDrivers.list), .file: .opens(TextDrivers.file), .refile: .opens(TextDrivers.patterns),
  ])

  package subscript(kind: DataSetKind) -> Driver {
    get { drivers[kind] ?? .missing(part: kind.part) }
    set { drivers[kind] = newValue }
  }
}
