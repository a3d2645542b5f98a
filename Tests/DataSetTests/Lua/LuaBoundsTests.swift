#if Lua
  import DKIMConfiguration
  import Testing

  @testable import DKIMDataSets

  @Suite("Limits of scripts")
  struct LuaBoundsTests {
    @Test(arguments: [
      ("return {}", "keys.lua: returns a table as value 1; expected a string, a number, a boolean or nil"),
      ("return 1, print", "keys.lua: returns a function as value 2; expected a string, a number, a boolean or nil"),
      ("error({})", "keys.lua: the script raised an error of type table instead of a string"),
      (
        "error(setmetatable({}, { __tostring = function() while true do end end }))",
        "of type table instead of a string"
      ),
      ("error()", "keys.lua: the script raised an error of type nil instead of a string"),
      ("error('x', 0)", "keys.lua: x"),
      ("\n\nlocal a = b.c", "keys.lua:3: attempt to index a nil value (global 'b')"),
      ("return table.unpack({}, 1, 65)", "keys.lua: returns 65 values; at most 64 are used"),
      ("return ('x'):rep(1048577)", "keys.lua: the script returned a value of more than 1 MiB"),
      ("string.rep()", "keys.lua:1: bad argument #1 to 'rep' (string expected, got no value)"),
    ])
    func `errors describe the problem and its location`(script: String, expected: String) throws {
      #expect(try LuaFixture.failure(script)?.hasSuffix(expected) == true)
    }

    @Test
    func `the largest allowed results`() throws {
      #expect(try LuaFixture.values("return table.unpack({}, 1, 64)").count == 64)
      #expect(try LuaFixture.values("return ('x'):rep(1048576)").first??.utf8.count == 1 << 20)
    }

    @Test(arguments: [
      "io", "os", "debug", "package", "require", "load", "loadfile", "loadstring", "dofile", "collectgarbage",
      "coroutine", "warn", "string.dump",
    ])
    func `functions that reach outside the script are missing`(name: String) throws {
      #expect(try LuaFixture.values("return \(name) == nil") == ["true"])
    }

    @Test(arguments: [
      ("print('x') return 1", ["1"]), ("return pcall(error, 'x')", ["false", "x"]),
      ("return xpcall(error, function(e) return e .. '!' end, 'x')", ["false", "x!"]),
      ("return xpcall(function(...) return ... end, print, 1, 2)", ["true", "1", "2"]),
      ("return select(2, xpcall(error, error, 'x'))", ["x"]),
      ("return getmetatable(setmetatable({}, { __index = { a = 1 } })).__index.a", ["1"]),
      ("return ('ab'):rep(3, '-'), ('x'):rep(0), (''):rep(9007199254740992)", ["ab-ab-ab", "", ""]),
      ("local t = { 3, 1, 2 } table.sort(t) table.insert(t, 1, 0) table.remove(t) return table.concat(t)", ["012"]),
      ("local t = { 1, 2 } table.sort(t, function(a, b) return a > b end) return table.unpack(t)", ["2", "1"]),
      ("return table.concat(table.move({ 1, 2, 3 }, 2, 3, 1))", ["233"]),
      ("return table.concat(table.move({ 1, 2, 3 }, 1, 3, 2), ', ')", ["1, 1, 2, 3"]),
      ("return table.concat(table.move({ 1, 2, 3 }, 1, 2, 2, { 9 }), ',', 2)", ["1,2"]),
      ("return table.concat({ 1, 2, 3 }, '-', 2, 2), table.concat({}), table.concat({ 1 }, 'x', 2)", ["2", "", ""]),
      ("return table.concat({ '9' }, ',', math.maxinteger, math.mininteger)", [""]),
      ("return table.unpack({ 1, 2, 3 }, 2)", ["2", "3"]), ("return table.unpack({ 1 }, -1, 1)", [nil, nil, "1"]),
      (
        "return table.concat(setmetatable({}, { __len = function() return 3 end, __index = function(t, i) return i end }))",
        ["123"]
      ),
      ("return select(2, pcall(table.concat, { 1, {} }))", ["invalid value (at index 2) in table for 'concat'"]),
      ("return utf8.len('grün'), math.max(1, 2), ('%03d'):format(7)", ["4", "2", "007"]),
      (
        "local ok, e = pcall(setmetatable, setmetatable({}, { __metatable = 1 }), {}) return e",
        [
          "cannot change a protected metatable"
        ]
      ),
    ])
    func `available functions work`(script: String, expected: [String?]) throws {
      #expect(try LuaFixture.values(script) == expected)
    }

    @Test(arguments: [
      "while true do end", "while true do pcall(function() while true do end end) end",
      "local function f() return f() end f()", "repeat local ok = pcall(error) until false",
      "xpcall(function() while true do end end, function() while true do end end)",
      "local t = setmetatable({}, { __index = function(t, k) return t[k + 1] end }) while true do pcall(next, t) end",
      "table.sort({ 1, 2, 3 }, function() while true do end end)",
      "for _ in ('x'):rep(1000):gmatch('.') do for _ in ('x'):rep(1e6):gmatch('.') do end end",
      "(('a'):rep(30000)):find(('a-'):rep(40) .. 'b')", "(('a'):rep(10000)):match('(.*)(.*)(.*)(.*)b')",
      "while true do (('a'):rep(100000)):find('aaab', 1, true) end",
      "return tostring(setmetatable({}, { __tostring = function() while true do end end }))",
      "table.concat(setmetatable({}, { __index = table.concat }), '', 1, math.maxinteger)",
      "table.concat(setmetatable({}, { __index = table.concat }), '', math.mininteger, math.maxinteger)",
      "return pcall(table.concat, setmetatable({}, { __index = table.concat }), '', 1, 1 << 40)",
      "local t = {} for i = 1, 2e5 do t[i] = '' end while true do table.insert(t, 1, '') table.remove(t, 1) end",
      "while true do local s = ('x'):rep(7e6) end",
      "local t = {} t[2e5] = 1 while true do table.unpack(t, 1, 2e5) end",
      "local t = {} for i = 1, 2e5 do t[i] = {} end while true do table.sort(t, rawequal) end",
      "local function chain(n) local t = { '' } for i = 1, n do t = setmetatable({}, { __index = t }) end return t end "
        + "local t = setmetatable({}, { __index = chain(1900) }) while true do table.move(t, 1, 1 << 21, 2, {}) end",
      "local x <close> = setmetatable({}, { __close = function() while true do end end })",
      "while true do local x <close> = setmetatable({}, { __close = function() while true do end end }) end",
    ])
    func `an endless script is stopped`(script: String) throws {
      let start = ContinuousClock.now
      let failure = try LuaFixture.failure(script, within: 1_000)
      #expect(failure?.contains("; it may be an endless loop") == true || failure?.contains("in time") == true)
      #expect(ContinuousClock.now - start < .seconds(3))
    }

    @Test
    func `on an event loop, a script may run for some milliseconds and then continues on another thread`() throws {
      let little = LuaScript.Limits(memory: 2 << 20, steps: .max)
      let script = "return table.concat(setmetatable({}, { __index = table.concat }), '', 1, 3000000)"
      let start = ContinuousClock.now
      #expect(try LuaFixture.script(script).values(for: "k", within: little, until: Deadline(in: 5)) == nil)
      #expect(ContinuousClock.now - start < .milliseconds(100))
      #expect(try LuaFixture.values(script) == [""])
      // An error caught there does not occur on the other thread.
      for script in [
        "return #select(2, pcall(string.rep, 'x', 3e6))",
        "local ok, s = pcall(function() local s = 'x' "
          + "while #s < 3e6 do s = s .. s end return s end) return ok and 3000000",
      ] {
        #expect(try LuaFixture.script(script).values(for: "k", within: little, until: Deadline(in: 5000)) == nil)
        #expect(try LuaFixture.values(script) == ["3000000"])
      }
    }

    @Test
    func `the deadline also ends a script`() throws {
      let start = ContinuousClock.now
      #expect(
        try LuaFixture.failure("while true do end", within: 20)
          == "is temporarily unavailable: keys.lua: the script did not finish in time")
      #expect(ContinuousClock.now - start < .milliseconds(500))
    }

    @Test(arguments: [
      "local t = {} while true do t[#t + 1] = ('x'):rep(1000) end", "local s = 'x' while true do s = s .. s end",
      "return ('x'):rep(1e9)", "return ('x'):rep(1e18)", "return ('%s'):rep(1e7):format()",
      "local function f(n) return f(n + 1) + 1 end return f(1)",
      "local function f() return f(f()) + 1 end return f()",
      "return ('x'):rep(1e6):gsub('x', ('y'):rep(1000))",
      "return table.concat({}, ('x'):rep(1e6), 1, 0), table.unpack({}, 1, 1e7)",
      "local t = setmetatable({}, { __index = function(t, k) return t[k .. 'x'] end }) return t.a",
    ])
    func `a script that uses all memory is stopped`(script: String) throws {
      let start = ContinuousClock.now
      #expect(try LuaFixture.failure(script) != nil)
      #expect(ContinuousClock.now - start < .seconds(3))
    }

    @Test
    func `memory is limited, and a script within the limit runs`() throws {
      #expect(
        try LuaFixture.failure("local t = {} while true do t[#t + 1] = ('x'):rep(1000) end")
          == "keys.lua: the script needs more than 16 MiB of memory")
      #expect(try LuaFixture.values("local ok, e = pcall(string.rep, 'x', 7e6) return ok, #e") == ["true", "7000000"])
      #expect(
        try LuaFixture.values("local n = 0 for i = 1, 100 do n = n + #(('x'):rep(200000) .. i) end return n > 0")
          == ["true"])
    }

    @Test(arguments: [
      ("setmetatable({}, { __gc = function() while true do end end })", "no table may have __gc here"),
      ("table.move({}, 1, 1 << 62, 2)", "too many elements to move"),
      (
        "table.insert(setmetatable({}, { __len = function() return 1 << 60 end }), 1, 1)", "no table with a metatable"
      ),
      (
        "local t = { 1, 2, 3, 4 } for i = 1, 65 do t['x' .. i] = 1 end t[5] = 1 "
          + "for i = 3, 60 do t[1 << i] = 1 end table.insert(t, 1, 1)", "the table is too long"
      ),
    ])
    func `operations that no limit could stop are refused`(script: String, expected: String) throws {
      #expect(try LuaFixture.failure(script)?.contains(expected) == true)
    }

    @Test
    func `sorting a table costs as much as its comparisons`() throws {
      let script = "local s, t = ('a'):rep(8e6), {} for i = 1, 3e5 do t[i] = s end table.sort(t)"
      #expect(try LuaFixture.failure(script)?.contains("instructions") == true)
    }
  }
#endif
