#if Lua
  import DKIMConfiguration
  import TestSupport

  @testable import DKIMDataSets

  /// A script in its own directory.
  final class LuaFixture: Sendable {
    let folder: String

    init() throws { folder = try TestFiles.makeFolder("/tmp/dkim-lua-") }

    deinit { TestFiles.removeFolder(folder) }

    var path: String { "\(folder)/keys.lua" }

    func write(_ text: String) throws { try TestFiles.write(Array(text.utf8), to: path) }

    /// Opens the data set of a script.
    func open(_ text: String, timeLimit: Int = 5) async throws -> any DataSet {
      try write(text)
      var options = DataSetOptions()
      options.timeLimit = timeLimit
      return try await DataSets.open("lua:\(path)", location: nil, options: options, drivers: .all)
    }

    /// Returns the values of a script for a key.
    static func values(_ text: String, for query: String? = nil) throws -> [String?] {
      try script(text).values(for: query, until: Deadline(in: 10_000))
    }

    static func script(_ text: String, limits: LuaScript.Limits = LuaScript.Limits()) throws -> LuaScript {
      try LuaScript(Array(text.utf8), path: "/etc/dkim/keys.lua", limits: limits)
    }

    /// Returns the error of a script; `nil` if it succeeds.
    static func failure(_ text: String, for query: String? = "k", within milliseconds: Int = 10_000) throws -> String? {
      let script = try script(text)
      do throws(DataSetError) {
        _ = try script.values(for: query, until: Deadline(in: milliseconds))
        return nil
      } catch {
        return "\(error)"
      }
    }
  }
#endif
