#if Lua
  internal import CLua
  internal import DKIMConfiguration

  /// A policy script for Lua 5.4.
  ///
  /// A call of a function of the filter ends a step of the run, and so does a slice of time. Between two steps the task
  /// may wait for lookups or let other tasks use its thread. Only one call of a function of Lua's libraries cannot be
  /// interrupted, such as a search for a pattern in a long text; it is bounded by the instructions of the run.
  struct LuaPolicyScript: PolicyScript {
    /// The number of calls after which other tasks may use the thread.
    private static let callsPerSlice = 32

    private let script: LuaScript
    private let limits: LuaScript.Limits

    init(_ text: [UInt8], path: String, limits: LuaScript.Limits = LuaScript.Limits()) throws(LuaScript.SyntaxError) {
      script = try LuaScript(text, path: path, limits: limits)
      self.limits = limits
    }

    static func compile(_ text: [UInt8], _ path: String) throws(ConfigurationProblem) -> any PolicyScript {
      do throws(LuaScript.SyntaxError) {
        return try LuaPolicyScript(text, path: path)
      } catch {
        throw ConfigurationProblem(
          .error, at: FileLocation(file: path, line: error.line), "Lua compilation error: \(error.found)",
          fix: "correct the script; it has to be valid in Lua 5.4")
      }
    }

    var name: String { script.name }

    func run(
      functions: [String], globals: [String: ScriptValue],
      call: (_ function: Int, _ arguments: [ScriptValue]) async throws(PolicyScriptError) -> [ScriptValue]
    ) async throws(PolicyScriptError) {
      let run = try LuaPolicyRun(script, limits, until: Deadline(in: limits.time))
      for (number, function) in functions.enumerated() { try run.define(function, function: number) }
      for (name, value) in globals { try run.define(name, value: value) }
      var step = run.begin()
      var calls = 0
      while true {
        switch step {
        case .finished: return
        case .failed(let error): throw error
        case .paused:
          await Task.yield()
          step = run.begin()
        case .calls(let function, let arguments):
          calls += 1
          if calls % Self.callsPerSlice == 0 { await Task.yield() }
          do throws(PolicyScriptError) {
            step = run.resume(try await call(function, arguments))
          } catch {
            step = run.resume([.string(error.description)], isError: true)
          }
        }
        if Task.isCancelled { throw PolicyScriptError("\(script.name): the script did not finish in time") }
      }
    }
  }

  /// One run of a policy script, with its Lua state.
  @safe private final class LuaPolicyRun {
    enum Step {
      case finished
      case failed(PolicyScriptError)
      /// The script has used its slice of time.
      case paused
      case calls(function: Int, [ScriptValue])
    }

    private let name: String
    private let limits: LuaScript.Limits
    private let bounds: UnsafeMutablePointer<clua_bounds>
    private let state: OpaquePointer
    private let thread: OpaquePointer

    init(
      _ script: LuaScript, _ limits: LuaScript.Limits, until deadline: Deadline
    ) throws(PolicyScriptError) {
      name = script.name
      self.limits = limits
      let bounds = UnsafeMutablePointer<clua_bounds>.allocate(capacity: 1)
      unsafe bounds.initialize(
        to: LuaScript.bounds(memory: limits.memory, steps: limits.steps, until: deadline.moment))
      guard let state = unsafe clua_new(bounds) else {
        unsafe bounds.deallocate()
        throw PolicyScriptError("\(script.name): not enough memory")
      }
      let status = unsafe script.code.withUnsafeBytes { code in
        unsafe ("=" + script.name).withCString { name in
          var job = unsafe clua_job()
          unsafe job.script = code.baseAddress?.assumingMemoryBound(to: CChar.self)
          unsafe job.script_length = code.count
          unsafe job.name = name
          return unsafe clua_begin(state, &job)
        }
      }
      guard status == LUA_OK, let thread = unsafe clua_thread(state) else {
        unsafe lua_close(state)
        unsafe bounds.deallocate()
        throw PolicyScriptError("\(script.name): the script needs more than \(limits.memory >> 20) MiB of memory")
      }
      unsafe self.bounds = bounds
      unsafe self.state = state
      unsafe self.thread = thread
    }

    deinit {
      unsafe lua_close(state)
      unsafe bounds.deallocate()
    }

    /// Defines a function of the filter, or a global variable.
    func define(_ name: String, function: Int = 0, value: ScriptValue? = nil) throws(PolicyScriptError) {
      let status = unsafe name.withCString { name in
        var definition = unsafe clua_definition(name: name, function: CInt(function), value: nil)
        guard let value else { return unsafe clua_define(state, &definition) }
        return unsafe Self.withValues([value]) { values, _ in
          unsafe definition.value = values
          return unsafe clua_define(state, &definition)
        }
      }
      guard status == LUA_OK else { throw PolicyScriptError("\(self.name): not enough memory") }
    }

    /// Begins the run, or continues it after a pause.
    func begin() -> Step {
      var count: CInt = 0
      let status = unsafe clua_resume(state, thread, nil, &count)
      return step(status, count)
    }

    /// Continues the run with the results of a call.
    func resume(_ results: [ScriptValue], isError: Bool = false) -> Step {
      unsafe Self.withValues(results) { values, total in
        var count: CInt = 0
        var reply = unsafe clua_reply(values: values, count: CInt(total), is_error: isError ? 1 : 0)
        let status = unsafe clua_resume(state, thread, &reply, &count)
        return step(status, count)
      }
    }

    private func step(_ status: CInt, _ count: CInt) -> Step {
      // A script may have caught the error that stopped it.
      switch unsafe bounds.pointee.end {
      case CLUA_STEPS:
        return .failed(
          PolicyScriptError(
            "\(name): the script was stopped after \(limits.steps) instructions; it may be an endless loop"))
      case CLUA_TIME: return .failed(PolicyScriptError("\(name): the script did not finish in time"))
      default: break
      }
      guard status != LUA_OK else { return .finished }
      guard status == LUA_YIELD else { return .failed(error(status)) }
      guard count > 0 else { return .paused }
      var values = (0..<count).map { value(at: $0 - count) }
      unsafe clua_drop(thread, count)
      guard case .integer(let function) = values.removeFirst() else { return .paused }
      return .calls(function: function, values)
    }

    private func error(_ status: CInt) -> PolicyScriptError {
      if status == LUA_ERRMEM {
        return PolicyScriptError("\(name): the script needs more than \(limits.memory >> 20) MiB of memory")
      }
      guard case .text(let octets) = value(at: -1) else {
        return PolicyScriptError("\(name): the script raised an error that is not a string")
      }
      let text = String(decoding: octets, as: UTF8.self)
      return PolicyScriptError(text.hasPrefix(name + ":") ? text : "\(name): \(text)")
    }

    private func value(at index: CInt) -> ScriptValue {
      var value = unsafe clua_value()
      unsafe clua_read(thread, index, &value)
      switch unsafe value.type {
      case CLUA_NIL: return .nil
      case CLUA_BOOLEAN: return .boolean(unsafe value.integer != 0)
      case CLUA_INTEGER: return .integer(Int(unsafe value.integer))
      case CLUA_NUMBER: return .number(unsafe value.number)
      case CLUA_HANDLE: return .handle(Int(unsafe value.integer))
      case CLUA_TEXT:
        return .text(unsafe [UInt8](UnsafeRawBufferPointer(start: value.text, count: value.length)))
      default: return .other
      }
    }

    /// Passes values to `body` as C has them, with their number; they are valid during the call.
    private static func withValues<Result>(
      _ values: [ScriptValue], _ body: (UnsafePointer<clua_value>?, Int) -> Result
    ) -> Result {
      var texts: [UInt8] = []
      var all: [(value: clua_value, text: Int?)] = unsafe []
      func append(_ value: ScriptValue) {
        var result = unsafe clua_value()
        var text: Int?
        switch value {
        case .nil, .other: unsafe result.type = CLUA_NIL
        case .boolean(let value):
          unsafe result.type = CLUA_BOOLEAN
          unsafe result.integer = value ? 1 : 0
        case .integer(let value):
          unsafe result.type = CLUA_INTEGER
          unsafe result.integer = lua_Integer(value)
        case .number(let value):
          unsafe result.type = CLUA_NUMBER
          unsafe result.number = value
        case .handle(let value):
          unsafe result.type = CLUA_HANDLE
          unsafe result.integer = lua_Integer(value)
        case .text(let octets):
          unsafe result.type = CLUA_TEXT
          unsafe result.length = octets.count
          text = texts.count
          // The zero keeps the address of an empty text valid.
          texts += octets + [0]
        case .list(let elements):
          unsafe result.type = CLUA_LIST
          unsafe result.integer = lua_Integer(elements.count)
        }
        unsafe all.append((result, text))
        if case .list(let elements) = value { for element in elements { append(element) } }
      }
      for value in values { append(value) }
      return unsafe texts.withUnsafeBytes { texts in
        let list = unsafe all.map { entry in
          var value = unsafe entry.value
          if let start = unsafe entry.text, let base = texts.baseAddress {
            unsafe value.text = (base + start).assumingMemoryBound(to: CChar.self)
          }
          return unsafe value
        }
        return unsafe list.withUnsafeBufferPointer { unsafe body($0.baseAddress, all.count) }
      }
    }
  }
#endif
