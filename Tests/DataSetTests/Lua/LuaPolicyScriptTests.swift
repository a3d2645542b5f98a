#if Lua
  import DKIMConfiguration
  import Testing

  @testable import DKIMDataSets

  @Suite("Policy scripts")
  struct LuaPolicyScriptTests {
    private static func script(_ text: String, steps: Int = 2_000_000) throws -> LuaPolicyScript {
      var limits = LuaScript.Limits()
      limits.steps = steps
      limits.time = 60_000
      return try LuaPolicyScript(Array(text.utf8), path: "/etc/opendkim/setup.lua", limits: limits)
    }

    /// Runs a script; returns the calls as text, and the error, if there is one.
    private static func run(
      _ text: String, steps: Int = 2_000_000, results: [ScriptValue] = [.integer(1)], error: String? = nil
    ) async throws -> (calls: [String], failure: String?) {
      let script = try script(text, steps: steps)
      var calls: [String] = []
      do throws(PolicyScriptError) {
        try await script.run(functions: ["f", "g"], globals: ["ctx": .handle(1), "N": .integer(7)]) {
          (number, arguments) async throws(PolicyScriptError) -> [ScriptValue] in
          calls.append((["f", "g"][number] + "\(arguments.map(\.description))"))
          if let error { throw PolicyScriptError(error) }
          await Task.yield()
          return results
        }
        return (calls, nil)
      } catch {
        return (calls, error.description)
      }
    }

    @Test
    func `a script calls functions with values and gets their results`() async throws {
      let text = """
        local a, b = odkim.f(ctx, 1, 2.5, "x", true, nil)
        odkim.g(a, b[1], b[2], #b, N)
        """
      let (calls, failure) = try await Self.run(
        text, results: [.string("r"), .list([.integer(5), .string("y")])])
      #expect(failure == nil)
      #expect(
        calls == [
          #"f["<handle>", "1", "2.5", "\"x\"", "true", "nil"]"#, #"g["\"r\"", "5", "\"y\"", "2", "7"]"#,
        ])
    }

    @Test(arguments: [
      ("return (", "1: unexpected symbol near <eof>"), ("x = = 1", "1: unexpected symbol near '='"),
    ])
    func `a syntax error has a line`(text: String, expected: String) throws {
      #expect(throws: LuaScript.SyntaxError.self) { _ = try Self.script(text) }
      do throws(ConfigurationProblem) {
        _ = try LuaPolicyScript.compile(Array(text.utf8), "/etc/s.lua")
      } catch {
        #expect(error.location == FileLocation(file: "/etc/s.lua", line: 1))
        #expect(error.text == "Lua compilation error: " + expected.dropFirst(3))
      }
    }

    @Test(arguments: [
      ("\nlocal x = nil\nreturn x.y", "setup.lua:3: attempt to index a nil value (local 'x')"),
      ("error('boom')", "setup.lua:1: boom"), ("odkim.h()", "setup.lua:1: attempt to call a nil value (field 'h')"),
      ("error({})", "setup.lua: the script raised an error that is not a string"),
      ("io.open('/etc/passwd')", "setup.lua:1: attempt to index a nil value (global 'io')"),
      ("os.exit(1)", "setup.lua:1: attempt to index a nil value (global 'os')"),
      ("require 'x'", "setup.lua:1: attempt to call a nil value (global 'require')"),
      (
        "table.sort({2, 1}, function(a, b) return odkim.f(ctx) end)",
        "setup.lua:1: odkim.f() cannot be called by a function that string.gsub or table.sort calls"
      ),
    ])
    func `an error has a line`(text: String, expected: String) async throws {
      #expect(try await Self.run(text).failure == expected)
    }

    @Test
    func `an error of a function is an error of the script`() async throws {
      #expect(try await Self.run("\nodkim.f(ctx)", error: "odkim.f(): no").failure == "setup.lua:2: odkim.f(): no")
      let caught = try await Self.run(
        "local ok, why = pcall(odkim.f, ctx) local t = { xpcall(function() return odkim.f() end, tostring) }",
        error: "no")
      #expect(caught.failure == nil && caught.calls.count == 2)
    }

    @Test(arguments: [
      "while true do end", "while true do pcall(function() while true do end end) end",
      "while true do odkim.f(ctx) end", "while true do pcall(odkim.f, ctx) end",
    ])
    func `a loop without end is stopped`(text: String) async throws {
      let failure = try await Self.run(text, steps: 500_000).failure
      #expect(failure == "setup.lua: the script was stopped after 500000 instructions; it may be an endless loop")
    }

    @Test
    func `memory is limited`() async throws {
      let failure = try await Self.run("local s = 'x' while true do s = s .. s end").failure
      #expect(failure == "setup.lua: the script needs more than 16 MiB of memory")
    }

    @Test
    func `a long script lets other tasks run`() async throws {
      // This takes several slices.
      let (calls, failure) = try await Self.run(
        "local n = 0 for i = 1, 400000 do n = n + i end odkim.f(ctx, n)", steps: 5_000_000)
      #expect(failure == nil && calls == [#"f["<handle>", "80000200000"]"#])
    }

    @Test
    func `two functions of Lua 5_1 are there`() async throws {
      let (calls, _) = try await Self.run("odkim.f(unpack({ 3, 4 })) odkim.g(math.pow(2, 3) == 8)")
      #expect(calls == [#"f["3", "4"]"#, #"g["true"]"#])
    }
  }
#endif
