import Testing
import TestSupport

@testable import DKIMConfiguration

@Suite("Data sets: lists and files")
struct TextDataSetTests {
  // The expected values are the results of opendkim -Q.
  @Test
  func `a list has trimmed entries with values after the first equals sign`() async throws {
    let set = try await Sets.list("a , b = v ,c=x:y,,d e=1, f=g=h", caseSensitive: true)
    let expected: [(String, String?)] = [
      ("a", ""), ("b", "v"), ("c", "x:y"), ("d e", "1"), ("f", "g=h"), ("A", nil), ("", nil),
    ]
    for (key, value) in expected { #expect(try await set.value(key) == value, "\(key)") }
    let row = try #require(try await set.rows(for: "c", all: true).first)
    #expect(row.fields(2) == ["x", "y"])
    #expect(row.location == FileLocation(file: "conf", line: 7))
  }

  // The expected values are the results of opendkim -Q.
  @Test
  func `a file has keys and values, comments anywhere, and the first row with a key is used`() async throws {
    let text = "key1 v1\nkey2   a:b:c  # comment\n  key3\tx y z \nkey4\nkey#5 z\nkey1 second\nKEY6 v6\r\n\n#\nlast w"
    let set = try await Sets.file(text, caseSensitive: true)
    let expected: [(String, String?)] = [
      ("key1", "v1"), ("key2", "a:b:c"), ("key3", "x y z"), ("key4", ""), ("key", ""), ("key6", nil), ("KEY6", "v6"),
      ("last", "w"), ("key#5", nil), ("#", nil),
    ]
    for (key, value) in expected { #expect(try await set.value(key) == value, "\(key)") }
    let row = try #require(try await set.rows(for: "key2", all: false).first)
    #expect(row.fields(3) == ["a", "b", "c"])
    #expect(row.fields(2) == ["a", "b:c"])
    #expect(row.fields(1) == ["a:b:c"])
    #expect(row.fields(0).isEmpty)
    #expect(row.location?.line == 2)
    #expect(try await set.values("key1") == ["v1"])
    #expect(try await set.allRows().map { $0.location?.line } == [1, 2, 3, 4, 5, 6, 7, 10])
  }

  @Test
  func `keys are case-sensitive only on request, and only ASCII letters are folded`() async throws {
    let set = try await Sets.file("Example.COM a\nÄ b\n[x] c\n{x} d")
    #expect(try await set.value("eXAMPLE.com") == "a")
    #expect(try await set.value("Ä") == "b")
    #expect(try await set.value("ä") == nil)
    #expect(try await set.value("[X]") == "c")
    #expect(try await set.value("{X}") == "d")
  }

  @Test
  func `a long line is one row: a 4096-bit key fits in a table`() async throws {
    let key = String(repeating: "A", count: 100_000)
    let set = try await Sets.file("\u{FEFF}first 1\nlong \(key)\nafter w")
    #expect(try await set.value("first") == "1")
    #expect(try await set.value("long") == key)
    #expect(try await set.value("after") == "w")
    #expect(try await set.allRows().count == 3)
  }

  @Test
  func `bytes that are not valid UTF-8 do no harm`() async throws {
    let folder = try TableFolder()
    var random = SeededGenerator(seed: 7)
    for _ in 0..<50 {
      let bytes = (0..<500).map { _ in UInt8.random(in: 0...255, using: &random) }
      let set = try await DataSets.open("file:" + folder.write("junk", bytes), location: nil)
      for row in try await set.allRows() { _ = try await set.rows(for: row.key, all: true) }
      _ = await set.problems()
    }
  }

  @Test
  func `rows that are never found are reported with both line numbers`() async throws {
    let problems = await (try await Sets.file("a 1\nb 2\nA 3\n")).problems()
    #expect(problems.count == 1)
    #expect(problems.first?.location?.line == 3)
    #expect(problems.first?.text == "\"A\" is a duplicate of line 1; only the first row is used")
    #expect(await (try await Sets.file("a 1\nA 3\n", caseSensitive: true)).problems().isEmpty)
  }

  @Test
  func `a table of bad rows does not fill the log`() async throws {
    let problems = await (try await Sets.file(String(repeating: "a 1\n", count: 1000))).problems()
    #expect(problems.count == ProblemList.limit + 1)
    #expect(problems.last?.text == "and 799 more problems of this kind")
  }
}
