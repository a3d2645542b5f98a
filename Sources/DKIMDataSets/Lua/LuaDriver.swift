#if Lua
  internal import DKIMConfiguration
  internal import Synchronization
  internal import SystemSupport

  /// Opens `lua:PATH`.
  enum LuaDriver {
    /// Maximum size of a script; bytes.
    static let longestScript = 1 << 20

    static func open(_ request: DataSetRequest) async throws(DataSetOpenError) -> any DataSet {
      guard !request.name.isEmpty else { throw request.error(.noName(request.kind)) }
      let script = try script(request)
      let timeLimit = max(1, request.options.timeLimit) * 1000
      let rules = RemoteDataSet.Rules(timeLimit: timeLimit, cacheSeconds: 0)
      let trial = Mutex<Trial>(.isDue)
      // Results are not cached, because a script may return random results.
      let store = try await RemoteDataSet.open(request, rules) { deadline in
        if trial.withLock({ $0 == .isDue }) {
          let note = note(request, script, until: deadline)
          trial.withLock { $0 = .wasMade(note) }
        }
        return LuaConnection(script)
      }
      return LuaDataSet(script, store, note: trial.withLock(\.note))
    }

    /// The trial run without a key, on the thread that opens the first connection.
    private enum Trial: Equatable {
      case isDue
      case wasMade(ConfigurationProblem?)

      var note: ConfigurationProblem? { if case .wasMade(let note) = self { note } else { nil } }
    }

    private static func script(_ request: DataSetRequest) throws(DataSetOpenError) -> LuaScript {
      let text: [UInt8]
      do throws(FileProblem) {
        text = try SizeLimitedFile.read(request.path, limit: min(longestScript, request.options.maximumFileSize))
      } catch {
        throw request.error(.file(error))
      }
      do throws(LuaScript.SyntaxError) {
        return try LuaScript(text, path: request.path)
      } catch {
        throw request.error(
          .row(FileLocation(file: request.path, line: error.line), found: error.found, expected: "a script in Lua 5.4"))
      }
    }

    /// Returns a note if the script fails without a key. OpenDKIM runs a script once at startup, with `query` set to
    /// nil, and does not start if it fails.
    private static func note(
      _ request: DataSetRequest, _ script: LuaScript, until deadline: Deadline
    ) -> ConfigurationProblem? {
      do throws(DataSetError) {
        _ = try script.values(for: nil, until: deadline)
        return nil
      } catch {
        return ConfigurationProblem(
          .note, at: FileLocation(file: request.path), "the script fails when query is nil (\(error))",
          fix: "no action is needed unless it also fails with a key; opendkim would not start with this script")
      }
    }
  }
#endif
