#if Lua
  internal import CLua
  internal import DKIMConfiguration

  /// A script for lookups, compiled once. Every run has its own Lua state, so that no data passes from one run to the
  /// next.
  struct LuaScript: Sendable {
    /// A syntax error in a script.
    struct SyntaxError: Error {
      let line: Int?
      let found: String
    }

    /// Limits of a run.
    struct Limits: Sendable {
      /// Bytes
      var memory = 16 << 20
      /// Instructions of the Lua virtual machine and comparisons of patterns; the default corresponds to some tenths of
      /// a second.
      var steps = 20_000_000
      /// Milliseconds of a policy script with all its lookups. The filter has 8 s for a decision.
      var time = 7000
    }

    /// The name of the script in errors.
    let name: String
    let code: [UInt8]
    private let limits: Limits

    /// Compiles a script.
    init(_ text: [UInt8], path: String, limits: Limits = Limits()) throws(SyntaxError) {
      name = Self.shortName(path)
      self.limits = limits
      // A script has at most 1 MiB, and the compiler needs about thirty times as much.
      var bounds = Self.bounds(memory: 64 << 20, steps: .max, until: .max)
      let name = name
      let result = unsafe withUnsafeMutablePointer(to: &bounds) { bounds in
        unsafe Self.compile(Self.withoutFirstLine(text), name, bounds)
      }
      switch result {
      case .success(let code): self.code = code
      case .failure(let message): throw Self.syntaxError(message.text, name)
      }
    }

    /// Size of the compiled code in bytes; about the memory that a state needs before the first instruction.
    var size: Int { code.count }

    /// Runs the script for a key and returns its values. If `query` is `nil`, the script runs without a key, as in
    /// OpenDKIM at startup.
    func values(for query: String?, until deadline: Deadline) throws(DataSetError) -> [String?] {
      let (result, bounds) = run(query, limits, until: deadline)
      // A script may have caught the error that stopped it, and returned values.
      switch bounds.end {
      case CLUA_STEPS:
        throw .unusable("\(name): the script was stopped after \(limits.steps) instructions; it may be an endless loop")
      case CLUA_TIME: throw .temporary("\(name): the script did not finish in time")
      default: return try values(of: result)
      }
    }

    /// Runs the script within tighter limits; returns `nil` if they are exceeded, even if the script caught that error.
    func values(
      for query: String?, within limits: Limits, until deadline: Deadline
    ) throws(DataSetError) -> [String?]? {
      let (result, bounds) = run(query, limits, until: deadline)
      guard bounds.end == CLUA_RUNNING, bounds.was_refused == 0 else { return nil }
      return try values(of: result)
    }

    private func run(
      _ query: String?, _ limits: Limits, until deadline: Deadline
    ) -> (Result<[String?], Message>, clua_bounds) {
      var bounds = Self.bounds(memory: limits.memory, steps: limits.steps, until: deadline.moment)
      let result = unsafe withUnsafeMutablePointer(to: &bounds) { bounds in unsafe run(query, bounds) }
      return (result, bounds)
    }

    private func values(of result: Result<[String?], Message>) throws(DataSetError) -> [String?] {
      switch result {
      case .success(let values):
        guard values.allSatisfy({ ($0?.utf8.count ?? 0) <= StoreLimits.longestValue }) else {
          throw .unusable("\(name): the script returned a value of more than 1 MiB")
        }
        return values
      case .failure(let message): throw error(message)
      }
    }

    // MARK: Errors

    private struct Message: Error {
      var text: String
      var isOutOfMemory = false
    }

    private func error(_ message: Message) -> DataSetError {
      if message.isOutOfMemory {
        return .unusable("\(name): the script needs more than \(limits.memory >> 20) MiB of memory")
      }
      return .unusable(message.text.hasPrefix(name + ":") ? message.text : "\(name): \(message.text)")
    }

    /// Splits `NAME:LINE: MESSAGE` into its parts.
    private static func syntaxError(_ message: String, _ name: String) -> SyntaxError {
      guard message.hasPrefix(name + ":") else { return SyntaxError(line: nil, found: message) }
      let rest = message.dropFirst(name.count + 1)
      guard let colon = rest.firstIndex(of: ":"), let line = Int(rest[..<colon]) else {
        return SyntaxError(line: nil, found: message)
      }
      return SyntaxError(line: line, found: String(rest[colon...].dropFirst(2)))
    }

    /// Returns the file name, or "script" if the name is longer than what Lua repeats in errors.
    private static func shortName(_ path: String) -> String {
      let name = path.split(separator: "/").last.map(String.init) ?? "script"
      return name.utf8.count > 55 ? "script" : name
    }

    /// Removes a byte order mark and a first line that starts with `#`, which Lua's compiler does not accept. Line
    /// numbers do not change.
    private static func withoutFirstLine(_ text: [UInt8]) -> ArraySlice<UInt8> {
      let rest = text.starts(with: [0xEF, 0xBB, 0xBF]) ? text.dropFirst(3) : text[...]
      guard rest.first == UInt8(ascii: "#") else { return rest }
      return rest.firstIndex(of: UInt8(ascii: "\n")).map { rest[$0...] } ?? []
    }

    // MARK: Lua

    static func bounds(memory: Int, steps: Int, until deadline: Int64) -> clua_bounds {
      unsafe clua_bounds(
        memory: 0, memory_limit: memory, steps: Int64(clamping: steps), now: 0, deadline: deadline, pause: 0,
        end: CLUA_RUNNING, was_refused: 0, search: luaSearch)
    }

    private static func compile(
      _ text: ArraySlice<UInt8>, _ name: String, _ bounds: UnsafeMutablePointer<clua_bounds>
    ) -> Result<[UInt8], Message> {
      guard let state = unsafe clua_new(bounds) else { return .failure(Message(text: "not enough memory")) }
      defer { unsafe lua_close(state) }
      return unsafe text.withUnsafeBytes { text in
        unsafe ("=" + name).withCString { name in
          var job = unsafe clua_job()
          unsafe job.script = text.baseAddress?.assumingMemoryBound(to: CChar.self)
          unsafe job.script_length = text.count
          unsafe job.name = name
          let status = unsafe clua_compile(state, &job)
          defer { unsafe free(job.code.bytes) }
          guard status == LUA_OK else { return .failure(unsafe message(state, status)) }
          return .success(unsafe [UInt8](UnsafeRawBufferPointer(start: job.code.bytes, count: job.code.length)))
        }
      }
    }

    private func run(_ query: String?, _ bounds: UnsafeMutablePointer<clua_bounds>) -> Result<[String?], Message> {
      guard let state = unsafe clua_new(bounds) else { return .failure(Message(text: "not enough memory")) }
      defer { unsafe lua_close(state) }
      return unsafe code.withUnsafeBytes { code in
        unsafe ("=" + name).withCString { name in
          var job = unsafe clua_job()
          unsafe job.script = code.baseAddress?.assumingMemoryBound(to: CChar.self)
          unsafe job.script_length = code.count
          unsafe job.name = name
          unsafe job.limit = CInt(DataSourceName.maximumColumns)
          guard let query else { return unsafe Self.result(state, clua_run(state, &job)) }
          return unsafe query.withCString { bytes in
            unsafe job.query = bytes
            unsafe job.query_length = query.utf8.count
            return unsafe Self.result(state, clua_run(state, &job))
          }
        }
      }
    }

    private static func result(_ state: OpaquePointer, _ status: CInt) -> Result<[String?], Message> {
      guard status == LUA_OK else { return .failure(unsafe message(state, status)) }
      let count = unsafe lua_gettop(state)
      return .success((0..<count).map { unsafe text(state, $0 + 1) })
    }

    private static func message(_ state: OpaquePointer, _ status: CInt) -> Message {
      let kind = unsafe String(cString: lua_typename(state, lua_type(state, -1)))
      return Message(
        text: unsafe text(state, -1) ?? "the script raised an error of type \(kind) instead of a string",
        isOutOfMemory: status == LUA_ERRMEM)
    }

    private static func text(_ state: OpaquePointer, _ index: CInt) -> String? {
      var length = 0
      guard let bytes = unsafe clua_text(state, index, &length) else { return nil }
      return unsafe String(
        decoding: UnsafeRawBufferPointer(start: bytes, count: length), as: UTF8.self)
    }
  }
#endif
