#if Lua
  internal import DKIMConfiguration

  /// Rows that a script makes up as they are asked for.
  final class LuaDataSet: DataSet {
    private let store: RemoteDataSet
    /// What the administrator should know of the script.
    private let note: ConfigurationProblem?

    init(_ store: RemoteDataSet, note: ConfigurationProblem?) {
      self.store = store
      self.note = note
    }

    var specification: String { store.specification }

    func rows(for key: String, all: Bool) async throws(DataSetError) -> [DataSetRow] {
      try await store.rows(for: key, all: all)
    }

    func allRows(limit: Int) async throws(DataSetError) -> [DataSetRow] { throw .notWalkable }

    func problems() async -> [ConfigurationProblem] { note.map { [$0] } ?? [] }
  }

  /// A script in the place of a connection. Nothing is kept from one question to the next, so none can break it.
  final class LuaConnection: StoreConnection {
    private let script: LuaScript

    init(_ script: LuaScript) { self.script = script }

    /// No value, or nothing but a single nil, means that there is no such row.
    func row(for key: String, until deadline: Deadline) throws(DataSetError) -> DataSetRow? {
      let values = try script.values(for: key, until: deadline)
      if values.isEmpty || values == [nil] { return nil }
      return DataSetRow(key: key, value: .columns(values), place: nil)
    }
  }
#endif
