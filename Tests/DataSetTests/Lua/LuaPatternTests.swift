#if Lua
  import Testing

  @testable import DKIMDataSets

  @Suite("Lua patterns")
  struct LuaPatternTests {
    @Test(
      arguments: [
        ("('alice@example.com'):match('^(.-)@(.*)$')", ["alice", "example.com"]),
        ("('alice@example.com'):match('@')", ["@"]), ("('abc'):match('x')", ["nil"]),
        ("('abc'):find('b')", ["2", "2"]), ("('a.c'):find('.', 1, true)", ["2", "2"]),
        ("('abc'):find('')", ["1", "0"]),
        ("('abc'):find('', 4)", ["4", "3"]), ("('abc'):find('', 5)", ["nil"]), ("('abc'):find('c', -1)", ["3", "3"]),
        ("('abcabc'):find('(b)(c)', 3)", ["5", "6", "b", "c"]), ("('abc'):find('()b()')", ["2", "2", "2", "3"]),
        ("('key = value'):match('(%w+)%s*=%s*(%w+)')", ["key", "value"]), ("('x-y'):match('[%w-]+')", ["x-y"]),
        ("('a]b'):match('[]]')", ["]"]), ("('a^b'):match('[b^]')", ["^"]), ("('abc'):match('[^a]+')", ["bc"]),
        ("('aXb'):match('%u')", ["X"]), ("('aXb'):match('%U+$')", ["b"]), ("('50%'):match('%d+%%')", ["50%"]),
        ("('THE (quick) fox'):find('%((%a+)%)')", ["5", "11", "quick"]), ("('f(a(b)c)d'):match('%b()')", ["(a(b)c)"]),
        ("('THE (quick) fox'):gsub('%f[%a]%a+', 'x')", ["x (x) x", "3"]), ("('abab'):match('^(ab)%1$')", ["ab"]),
        ("('hello'):gsub('', '-')", ["-h-e-l-l-o-", "6"]), ("('hello world'):gsub('o', '0', 1)", ["hell0 world", "1"]),
        ("('hello'):gsub('l+', { ll = 'L' })", ["heLo", "1"]), ("('hello'):gsub('l', { x = 1 })", ["hello", "2"]),
        ("('abc'):gsub('%w', '%0%0')", ["aabbcc", "3"]), ("('a b'):gsub('(%w) (%w)', '%2 %1')", ["b a", "1"]),
        ("('abc'):gsub('b', function(c) return c:upper() end)", ["aBc", "1"]),
        ("('abc'):gsub('^a', 'x')", ["xbc", "1"]),
        ("('abc'):gsub('()', '%1')", ["1a2b3c4", "4"]), ("('5%'):gsub('%%', '%%%%')", ["5%%", "1"]),
        ("('aaa'):match('a-b')", ["nil"]), ("('aaab'):match('a-b')", ["aaab"]), ("('aaa'):match('a?a?a?a?')", ["aaa"]),
        ("('grün'):match('[\\xC3][\\xBC]')", ["ü"]), ("('a$'):match('a$$')", ["a$"]), ("('a$b'):match('a$b')", ["a$b"]),
        ("('\\0a'):match('%z?.a')", ["\0a"]), ("('x\\0y'):find('\\0')", ["2", "2"]), ("('ab'):match('^b')", ["nil"]),
        (
          "(function() local r = {} for k, v in ('a=1, b=2'):gmatch('(%w+)=(%w+)') do r[#r + 1] = k .. v end "
            + "return table.unpack(r) end)()", ["a1", "b2"]
        ),
        ("(function() local n = 0 for _ in ('abc'):gmatch('') do n = n + 1 end return n end)()", ["4"]),
        ("(function() local r = '' for w in ('one two'):gmatch('%a+', 5) do r = r .. w end return r end)()", ["two"]),
      ] as [(String, [String])])
    func `patterns match as described in the Lua manual`(expression: String, expected: [String]) throws {
      let script =
        "local r = table.pack(\(expression)) for i = 1, r.n do r[i] = tostring(r[i]) end return table.unpack(r)"
      #expect(try LuaFixture.values(script) == expected)
    }

    @Test(arguments: [
      ("('x'):find('%')", "malformed pattern (ends with '%')"),
      ("('x'):find('[a')", "malformed pattern (missing ']')"),
      ("('x'):find('[%')", "malformed pattern (missing ']')"),
      ("('x'):find('[]')", "malformed pattern (missing ']')"),
      ("('x'):find('%bx')", "malformed pattern (missing arguments to '%b')"),
      ("('x'):find('(x')", "unfinished capture"),
      ("('x'):find('%f')", "missing '[' after '%f' in pattern"), ("('x'):find('(x))')", "invalid pattern capture"),
      ("('x'):find('%1')", "invalid pattern capture"), ("('x'):find('(%1)')", "invalid pattern capture"),
      ("('x'):find(('()'):rep(33))", "too many captures"), ("('x'):gsub('x', '%2')", "invalid capture index %2"),
      ("('x'):gsub('x', '%')", "invalid use of '%' in replacement string"),
      ("('x'):rep(1000):find(('x?'):rep(500))", "pattern too complex"),
      ("('x'):gsub('x', function() return {} end)", "invalid replacement value (a table)"),
      ("('x'):gsub('x')", "bad argument #2 to 'gsub' (string/function/table expected, got no value)"),
    ])
    func `an invalid pattern is an error`(expression: String, expected: String) throws {
      #expect(try LuaFixture.failure("return \(expression)")?.hasSuffix(expected) == true)
    }

    @Test
    func `matching a whole address is cheap, however long it is`() throws {
      let address = String(repeating: "a.", count: 500) + "@example.com"
      let script = try LuaFixture.script("return query:match('^([^@]+)@(.+)$')")
      #expect(try script.values(for: address, until: Deadline(in: 1000)).last == "example.com")
    }
  }
#endif
