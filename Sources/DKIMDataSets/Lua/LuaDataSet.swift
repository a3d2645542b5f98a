#if Lua
  internal import DKIMConfiguration
  internal import Synchronization

  /// Rows that a script computes for each lookup.
  ///
  /// Most scripts finish faster than a thread can start, so a script first runs on the thread of the caller, within
  /// tight limits. A script that exceeds these limits runs on separate threads from then on.
  final class LuaDataSet: DataSet {
    private let script: LuaScript
    private let store: RemoteDataSet
    /// A note about the script for the administrator.
    private let note: ConfigurationProblem?
    private let isLong: Atomic<Bool>

    /// Limits that correspond to some tenths of a millisecond. The memory limit also bounds the time of each
    /// instruction.
    private static let little = LuaScript.Limits(memory: 2 << 20, steps: 20_000)
    /// Milliseconds
    private static let shortTime = 5
    /// The most code that loads within ``shortTime``; bytes.
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

  /// A script in place of a connection. It keeps no state between lookups, so an error cannot break it.
  final class LuaConnection: StoreConnection {
    private let script: LuaScript

    init(_ script: LuaScript) { self.script = script }

    func row(for key: String, until deadline: Deadline) throws(DataSetError) -> DataSetRow? {
      Self.row(key, try script.values(for: key, until: deadline))
    }

    /// Returns the row for the values of a script. No value, or a single nil, means that the row does not exist.
    static func row(_ key: String, _ values: [String?]) -> DataSetRow? {
      values.isEmpty || values == [nil] ? nil : DataSetRow(key: key, value: .columns(values), location: nil)
    }
  }
#endif
