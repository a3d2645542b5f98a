import Testing
import TestSupport

@testable import DKIMConfiguration

@Suite("Data sets: patterns")
struct PatternDataSetTests {
  // The expected values are the results of opendkim -Q.
  @Test
  func `stars, dots and pluses; all other characters have their meaning in extended regular expressions`() async throws
  {
    let set = try await Sets.patterns(
      """
      a@x|b@y  one
      [ab]c@z  two
      p\\.q@z  three
      r\\*s@z  four
      ^alice@d$  five
      (m|n)o@z  six
      q?u@z seven
      t{2}@z eight
      [k.+*]w@z nine
      """, caseSensitive: true)
    let expected: [(String, String?)] = [
      ("a@xEVIL", "one"), ("junkb@y", "one"), ("bc@z", "two"), ("cc@z", nil), ("p\\Xq@z", "three"), ("p.q@z", nil),
      ("rs@z", "four"), ("r..s@z", "four"), ("r*s@z", nil), ("alice@d", "five"), ("mo@z", "six"), ("ALICE@d", nil),
      ("u@z", "seven"), ("qu@z", "seven"), ("tt@z", "eight"), ("t{2}@z", nil), (".w@z", "nine"), ("\\w@z", "nine"),
      ("*w@z", "nine"), ("+w@z", "nine"), ("aw@z", nil),
    ]
    for (key, value) in expected { #expect(try await set.value(key) == value, "\(key)") }
  }

  // The expected values are the results of opendkim -Q.
  @Test
  func `patterns with only stars`() async throws {
    let set = try await Sets.patterns(
      """
      *@example.com one
      .*@example.org two
      alice@* three
      a**b@x four
      dave+tag@z six
      *@*.sub.example seven
      [[:digit:]]+@d eight
      x{2,3}@r nine
      """, caseSensitive: true)
    let expected: [(String, String?)] = [
      ("bob@example.com", "one"), ("bob@example.org", nil), (".bob@example.org", "two"), (".@example.org", "two"),
      ("alice@q", "three"), ("ab@x", "four"), ("aXXb@x", "four"), ("dave+tag@z", "six"), ("davetag@z", nil),
      ("u@a.sub.example", "seven"), ("u@sub.example", nil), ("1@d", nil), ("1+@d", "eight"), ("12@d", nil),
      ("xx@r", "nine"), ("xxxx@r", nil), ("bob@exampleXcom", nil), ("bob@example.com.", nil),
    ]
    for (key, value) in expected { #expect(try await set.value(key) == value, "\(key)") }
  }

  @Test
  func `the first row that matches is used, or all in the order of the file, for all sorts of patterns`() async throws {
    let set = try await Sets.patterns(
      """
      *@EXAMPLE.com 1
      alice@example.com 2
      [a-c]lice@example.com 3
      alice@* 4
      * 5
      *lice*@*example* 6
      bob@* 7
      """)
    #expect(try await set.values("Alice@Example.Com") == ["1", "2", "3", "4", "5", "6"])
    #expect(try await set.values("alice@example.net") == ["4", "5", "6"])
    #expect(try await set.values("Blice@example.com") == ["1", "3", "5", "6"])
    #expect(try await set.value("bob@example.com") == "1")
    #expect(try await set.values("") == ["5"])
  }

  @Test
  func `the text before a star and the text after it do not overlap`() async throws {
    let set = try await Sets.patterns("ab*bc 1\na*bcd*e 2\n**x** 3\n[a]b*bc 4")
    #expect(try await set.values("abc").isEmpty)
    #expect(try await set.values("abbc") == ["1", "4"])
    #expect(try await set.values("abcde") == ["2"])
    #expect(try await set.values("abcdbcde") == ["2"])
    #expect(try await set.values("x") == ["3"])
  }

  @Test(arguments: [
    ("a(b", "a ( without a )"), ("a[b", "a [ without a ]"), ("a{b", "braces"), ("?a", "nothing before it to repeat"),
    ("a{2,1}", "braces"), ("a{}", "braces"), ("[z-a]x", "range"), ("[[:foo:]]", "[:foo:]"), ("a{256}", "255"),
    ("(a)\\1", "the back-reference \\1"), ("\\bx", "\\b, which is not supported"), ("(a|", "a ( without a )"),
    ("((((a{99}){99}){99}){99}){99}", "too large"), ("((()*){255}){255}(){255}", "a"),
    (String(repeating: "(", count: 2000), "too large"),
  ])
  func `a row that is not a valid pattern is an error with file and line`(pattern: String, words: String) async throws {
    let folder = try TableFolder()
    let path = try folder.write("table", "*@example.com k\n\(pattern) k\n")
    await #expect {
      _ = try await DataSets.open("refile:" + path, location: nil)
    } throws: { error in
      guard let error = error as? DataSetOpenError, case .row(let location, let found, _) = error.reason else {
        return false
      }
      return location == FileLocation(file: path, line: 2) && found.contains(words)
    }
  }

  @Test(arguments: ["a)b", "a}b", "a]b"])
  func `patterns that opendkim treats as text`(pattern: String) async throws {
    #expect(try await Sets.patterns(pattern).rows(for: pattern, all: false).count == 1)
  }

  @Test
  func `no pattern takes more than linear time`() async throws {
    let set = try await Sets.patterns(
      """
      ((a?){40}){20}b 1
      ((x|xx){0,}){0,}(x|xx){0,}y 2
      (a|aa|aaa){0,}c 3
      *a*a*a*a*a*a*d 4
      [^@]*[^@]*[^@]*[^@]*@z 5
      """)
    let clock = ContinuousClock()
    let start = clock.now
    for (byte, end) in [("a", "b"), ("x", "!y"), ("a", "!c"), ("b", "d"), ("@", "@@z")] {
      #expect(try await set.values(String(repeating: byte, count: 4000) + end).isEmpty)
    }
    #expect(clock.now - start < .seconds(60))
  }

  @Test
  func `a lookup key that is too long is an error, not a miss`() async throws {
    let key = String(repeating: "a", count: 5000) + "@example.com"
    #expect(try await Sets.patterns("*@example.com k").value(key) == "k")
    let set = try await Sets.patterns("[ab]*@example.com k")
    await #expect(throws: DataSetError.self) { try await set.rows(for: key, all: false) }
  }

  @Test(arguments: [
    (".*@example.com", "a dot matches only a dot"), ("*@example\\.com", "matches a \\ or a dot"),
    ("a@x|b@y", "splits the whole pattern"), ("(a|b)@x", nil), ("*@example.com", nil),
  ])
  func `patterns that are probably misunderstood are reported`(pattern: String, words: String?) async throws {
    let problems = await (try await Sets.patterns(pattern + " k")).problems()
    #expect(problems.count == (words == nil ? 0 : 1))
    if let words { #expect(problems.first?.text.contains(words) == true) }
  }

  @Test
  func `a duplicate pattern is reported`() async throws {
    let problems = await (try await Sets.patterns("*@x k\n*@X j")).problems()
    #expect(problems.map(\.location?.line) == [2])
  }
}
