#if Lua
  internal import DKIMConfiguration
  internal import Synchronization

  /// Rows that a script makes up as they are asked for.
  ///
  /// Most scripts are done before a thread that may wait would have begun, so each is first run where it is asked for,
  /// within so little that nobody notices. One that needs more is run on those threads from then on.
  final class LuaDataSet: DataSet {
    private let script: LuaScript
    private let store: RemoteDataSet
    /// What the administrator should know of the script.
    private let note: ConfigurationProblem?
    private let isLong: Atomic<Bool>

    /// Some tenths of a millisecond; with little memory no single instruction takes long either.
    private static let little = LuaScript.Limits(memory: 2 << 20, steps: 20_000)
    /// Milliseconds
    private static let shortTime = 5
    /// A script with more code takes that long to load.
    private static let shortCode = 64 << 10

    init(_ script: LuaScript, _ store: RemoteDataSet, note: ConfigurationProblem?) {
      self.script = script
      self.store = store
      self.note = note
      isLong = Atomic(script.size > Self.shortCode)
    }

    var specification: String { store.specification }

    func rows(for key: String, all: Bool) async throws(DataSetError) -> [DataSetRow] {
      if !isLong.load(ordering: .relaxed) {
        if let values = try script.values(for: key, within: Self.little, until: Deadline(in: Self.shortTime)) {
          return LuaConnection.row(key, values).map { [$0] } ?? []
        }
        isLong.store(true, ordering: .relaxed)
      }
      return try await store.rows(for: key, all: all)
    }

    func allRows(limit: Int) async throws(DataSetError) -> [DataSetRow] { throw .notWalkable }

    func problems() async -> [ConfigurationProblem] { note.map { [$0] } ?? [] }
  }

  /// A script in the place of a connection. Nothing is kept from one question to the next, so none can break it.
  final class LuaConnection: StoreConnection {
    private let script: LuaScript

    init(_ script: LuaScript) { self.script = script }

    func row(for key: String, until deadline: Deadline) throws(DataSetError) -> DataSetRow? {
      Self.row(key, try script.values(for: key, until: deadline))
    }

    /// No value, or nothing but a single nil, means that there is no such row.
    static func row(_ key: String, _ values: [String?]) -> DataSetRow? {
      values.isEmpty || values == [nil] ? nil : DataSetRow(key: key, value: .columns(values), place: nil)
    }
  }
#endif
