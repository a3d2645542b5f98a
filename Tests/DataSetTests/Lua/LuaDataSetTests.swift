#if Lua
  import DKIMConfiguration
  import Testing
  import TestSupport

  @testable import DKIMDataSets

  @Suite("Data sets of kind lua:")
  struct LuaDataSetTests {
    @Test(
      arguments: [
        ("return", nil), ("", nil), ("return nil", nil), ("if query == 'other' then return 1 end", nil),
        ("return query", ["k"]), ("return 'a', 'b', 'c'", ["a", "b", "c"]), ("return ''", [""]),
        ("return nil, 'b'", [nil, "b"]), ("return 'a', nil", ["a", nil]), ("return 42", ["42"]),
        ("return -1, 1.5, 2^53, 1e100", ["-1", "1.5", "9.007199254741e+15", "1e+100"]),
        ("return true, false", ["true", "false"]), ("return 'd:s:k'", ["d:s:k"]),
        ("return 'müller', '\\u{1F511}'", ["müller", "🔑"]), ("return 'a\\0b'", ["a\0b"]),
        ("return '\\xFF'", ["\u{FFFD}"]), ("return 7 // 2, 7 / 2", ["3", "3.5"]), ("return _VERSION", ["Lua 5.4"]),
        ("#!/usr/bin/lua\nreturn 1", ["1"]), ("\u{FEFF}return 1", ["1"]),
      ] as [(String, [String?]?)])
    func `the values of a script are a row of texts`(script: String, expected: [String?]?) async throws {
      let set = try await LuaFixture().open(script)
      let row = try await set.rows(for: "k", all: false).first
      #expect(row == expected.map { DataSetRow(key: "k", value: .columns($0), location: nil) })
    }

    @Test(arguments: ["alice@example.com", "müller@bücher.example", "", "a\0b", "🔑"])
    func `keys arrive as they are`(key: String) async throws {
      let set = try await LuaFixture().open("return query, #query")
      let row = try await set.rows(for: key, all: true).first
      #expect(row?.fields(2) == [key, String(key.utf8.count)])
    }

    @Test
    func `a table in a script: several fields, and no row for missing keys`() async throws {
      let set = try await LuaFixture().open(
        """
        local keys = { k1 = { "example.com", "s1", "/etc/dkim/k1.pem" } }
        local row = keys[query]
        if row then return table.unpack(row) end
        """)
      #expect(try await set.rows(for: "k1", all: false).first?.fields(3) == ["example.com", "s1", "/etc/dkim/k1.pem"])
      #expect(try await set.rows(for: "k2", all: false).isEmpty)
      #expect(set.specification.hasPrefix("lua:/tmp/") && !set.matchesPatterns)
      await #expect(throws: DataSetError.notWalkable) { _ = try await set.allRows(limit: 10) }
    }

    @Test
    func `10,000 rows`() async throws {
      let rows = (0..<10_000).map { "[\"user\($0)@example.com\"] = \"key\($0)\"," }.joined(separator: "\n")
      let set = try await LuaFixture().open("local t = {\n\(rows)\n}\nreturn t[query]")
      for number in [0, 5_000, 9_999] {
        #expect(try await set.rows(for: "user\(number)@example.com", all: false).first?.fields(1) == ["key\(number)"])
      }
      #expect(try await set.rows(for: "user10000@example.com", all: false).isEmpty)
    }

    @Test
    func `no data passes from one run to the next`() async throws {
      let set = try await LuaFixture().open(
        "count = (count or 0) + 1 string.x = (string.x or 0) + 1 return count, string.x")
      for _ in 0..<3 { #expect(try await set.rows(for: "k", all: false).first?.fields(2) == ["1", "1"]) }
    }

    @Test
    func `many concurrent lookups`() async throws {
      let set = try await LuaFixture().open("return query .. '!'")
      try await withThrowingTaskGroup(of: Bool.self) { group in
        for number in 0..<500 {
          group.addTask { try await set.rows(for: "k\(number)", all: false).first?.fields(1) == ["k\(number)!"] }
        }
        for try await isRight in group { #expect(isRight) }
      }
    }

    @Test
    func `an invalid script is refused with the location of the error`() async throws {
      let fixture = try LuaFixture()
      let error = await #expect(throws: DataSetOpenError.self) { _ = try await fixture.open("local a = 1\n\nreturn (") }
      #expect(
        error?.reason
          == .row(
            FileLocation(file: fixture.path, line: 3), found: "unexpected symbol near <eof>",
            expected: "a script in Lua 5.4"))
      #expect(error?.description.hasPrefix("\(fixture.path):3: error: unexpected symbol") == true)
    }

    @Test
    func `precompiled code is refused`() throws {
      let error = #expect(throws: LuaScript.SyntaxError.self) {
        _ = try LuaScript([0x1B] + Array("LuaT".utf8), path: "keys.lua")
      }
      #expect(error?.found.contains("attempt to load a binary chunk") == true)
    }

    @Test
    func `an unreadable file, and a missing name`() async throws {
      for name in ["/nonexistent/keys.lua", "/tmp", ""] {
        await #expect(throws: DataSetOpenError.self) {
          _ = try await DataSets.open("lua:\(name)", location: nil, drivers: .all)
        }
      }
      let fixture = try LuaFixture()
      await #expect(throws: DataSetOpenError.self) {
        _ = try await fixture.open("--" + String(repeating: "x", count: 1 << 20))
      }
    }

    @Test
    func `a script that fails without a key is opened with a note, others without one`() async throws {
      let fixture = try LuaFixture()
      let set = try await fixture.open("return 'key for ' .. query")
      let problem = try #require(await set.problems().first)
      #expect(problem.severity == .note && problem.location == FileLocation(file: fixture.path))
      #expect(problem.text.contains("keys.lua:1: attempt to concatenate a nil value (global 'query')"))
      #expect(try await set.rows(for: "k", all: false).first?.fields(1) == ["key for k"])
      #expect(await (try fixture.open("return query")).problems().isEmpty)
    }

    @Test
    func `a relative path starts at BaseDirectory; opening the set again reads the script again`() async throws {
      let fixture = try LuaFixture()
      try fixture.write("return 1")
      let options = DataSetOptions(baseDirectory: fixture.folder)
      let old = try await DataSets.open("lua:keys.lua", location: nil, options: options, drivers: .all)
      try fixture.write("return 2")
      let new = try await DataSets.open("lua:keys.lua", location: nil, options: options, drivers: .all)
      #expect(try await old.rows(for: "k", all: false).first?.fields(1) == ["1"])
      #expect(try await new.rows(for: "k", all: false).first?.fields(1) == ["2"])
    }

    @Test
    func `an error of a script names the line; the next lookup works`() async throws {
      let set = try await LuaFixture().open("\nif query == 'bad' then error('not that one') end\nreturn query")
      await #expect(throws: DataSetError.unusable("keys.lua:2: not that one")) {
        _ = try await set.rows(for: "bad", all: false)
      }
      #expect(try await set.rows(for: "good", all: false).first?.fields(1) == ["good"])
    }

    @Test
    func `an endless script fails within the time limit, and other lookups work in the meantime`() async throws {
      let set = try await LuaFixture().open("while query == 'loop' do end return query", timeLimit: 1)
      let start = ContinuousClock.now
      async let loops = withTaskGroup(of: Bool.self) { group in
        for _ in 0..<3 { group.addTask { (try? await set.rows(for: "loop", all: false)) == nil } }
        return await group.allSatisfy { $0 }
      }
      #expect(try await set.rows(for: "other", all: false).first?.fields(1) == ["other"])
      #expect(await loops)
      #expect(ContinuousClock.now - start < .seconds(10))
    }
  }
#endif
