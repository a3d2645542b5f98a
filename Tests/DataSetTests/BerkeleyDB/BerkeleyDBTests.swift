@testable import DataSetTestSupport

#if BerkeleyDB
  import DKIMConfiguration
  import Glibc
  import TestSupport
  import Testing

  @testable import DKIMDataSets

  @Suite("Berkeley DB files")
  struct BerkeleyDBTests {
    @Test(arguments: ["hash", "btree"])
    func `every row is found and listed`(_ type: String) async throws {
      try await DatabaseFiles.run { files in
        try await files.makeBerkeleyDB("t.db", StoreRows.odd + StoreRows.many, type: type)
        let set = try await files.open("db:t.db")
        try await StoreRows.expectAll(in: set)
        let rows = try await set.allRows()
        #expect(rows.count == StoreRows.odd.count + StoreRows.many.count)
        #expect(Set(rows.map(\.key)) == Set((StoreRows.odd + StoreRows.many).map(\.key)))
        #expect(try await set.allRows(limit: 3).count == 3)
        #expect(await set.problems().isEmpty)
        #expect(try await set.rows(for: "colons", all: false).first?.fields(3) == ["", "", "a::"])
      }
    }

    @Test(arguments: ["hash", "btree"])
    func `eight concurrent threads get the right rows`(_ type: String) async throws {
      try await DatabaseFiles.run { files in
        try await files.makeBerkeleyDB("t.db", StoreRows.many, type: type)
        let set = try await files.open("t.db")
        await withTaskGroup(of: Bool.self) { group in
          for task in 0..<8 {
            group.addTask {
              for row in stride(from: task, to: StoreRows.many.count, by: 41) {
                let (key, value) = StoreRows.many[row]
                if (try? await set.text(key)) != value { return false }
              }
              return true
            }
          }
          for await isRight in group { #expect(isRight) }
        }
      }
    }

    @Test
    func `a name that ends with .db means this kind; without case sensitivity any spelling finds a lowercase key`()
      async throws
    {
      try await DatabaseFiles.run { files in
        try await files.makeBerkeleyDB("t.db", [("example.com", "1"), ("Upper", "2")])
        let folding = try await files.open("t.db")
        #expect(try await folding.text("Example.COM") == "1")
        #expect(try await folding.text("Upper") == "2")
        #expect(try await folding.text("upper") == nil)
        let exact = try await files.open(files.path("t.db"), caseSensitive: true)
        #expect(try await exact.text("Example.COM") == nil)
        #expect(try await exact.text("example.com") == "1")
      }
    }

    @Test(arguments: ["hash", "btree"])
    func `a NUL after keys and values is not part of them`(_ type: String) async throws {
      try await DatabaseFiles.run { files in
        try await files.makeBerkeleyDB("t.db", [("a\0", "1\0"), ("bé\0", "2\0")], type: type)
        let set = try await files.open("t.db")
        #expect(try await set.text("a") == "1")
        #expect(try await set.text("BÉ") == nil)
        #expect(try await set.text("Bé") == "2")
        #expect(try await set.allRows().map(\.key).sorted() == ["a", "bé"])
        try await files.makeBerkeleyDB("mixed.db", [("a\0", "1\0"), ("b", "2")], type: type)
        let mixed = try await files.open("mixed.db")
        #expect(try await mixed.text("a") == "1")
        #expect(try await mixed.text("b") == "2")
        #expect(try await mixed.text("c") == nil)
      }
    }

    @Test
    func `invalid UTF-8 is replaced`() async throws {
      try await DatabaseFiles.run { files in
        let input = files.path("pairs")
        try TestFiles.write(Array("a\n\\ff\\fe\n".utf8), to: input)
        try await files.run("db5.3_load", "-T", "-t", "btree", "-f", input, files.path("t.db"))
        #expect(try await files.open("t.db").text("a") == "\u{FFFD}\u{FFFD}")
      }
    }

    @Test(arguments: ["hash", "btree"])
    func `the first of several values of a key is used, with a warning`(_ type: String) async throws {
      try await DatabaseFiles.run { files in
        let many = (0..<500).map { ("c", "value \($0)") }
        try await files.makeBerkeleyDB(
          "t.db", [("a", "1"), ("b", "2"), ("b", "3")] + many, type: type, settings: ["duplicates=1"])
        let set = try await files.open("t.db")
        #expect(try await set.text("a") == "1")
        #expect(try await set.text("b") == "2")
        #expect(try await set.text("c") == "value 0")
        #expect(try await set.allRows().count == 503)
        #expect(await set.problems().map(\.text) == ["some keys have several values; only the first is used"])
      }
    }

    @Test
    func `a value of 1 MiB is read, a longer one is refused`() async throws {
      try await DatabaseFiles.run { files in
        let text = String(repeating: "x", count: 1 << 20)
        try await files.makeBerkeleyDB("t.db", [("fits", text), ("long", text + "y")])
        let set = try await files.open("t.db")
        #expect(try await set.text("fits") == text)
        await #expect(throws: DataSetError.unusable("a value is longer than 1048576 bytes")) {
          _ = try await set.text("long")
        }
        #expect(try await set.text("fits") == text)
      }
    }

    @Test(arguments: ["hash", "btree"])
    func `small pages, large pages, checksums, the other byte order`(_ type: String) async throws {
      try await DatabaseFiles.run { files in
        let settings = [["db_pagesize=512"], ["db_pagesize=65536"], ["chksum=1"], ["db_lorder=4321"]]
        for (index, settings) in settings.enumerated() {
          try await files.makeBerkeleyDB("\(index).db", StoreRows.odd, type: type, settings: settings)
          let set = try await files.open("\(index).db")
          for (key, value) in StoreRows.odd { #expect(try await set.text(key) == value, "\(settings) \(key)") }
          #expect(try await set.allRows().count == StoreRows.odd.count)
        }
      }
    }

    @Test
    func `a file that is changed in place or replaced is used when it is opened again`() async throws {
      try await DatabaseFiles.run { files in
        try await files.makeBerkeleyDB("t.db", StoreRows.many + [("a", "old")])
        let first = try await files.open("t.db")
        try await files.makeBerkeleyDB("t.db", StoreRows.many.map { ($0.key, "new") } + [("a", "new")])
        let second = try await files.open("t.db")
        try await files.makeBerkeleyDB("other.db", [("a", "newest")])
        try await files.run("mv", files.path("other.db"), files.path("t.db"))
        let third = try await files.open("t.db")
        try TestFiles.write([], to: files.path("t.db"))
        for (set, value) in [(first, "old"), (second, "new"), (third, "newest")] {
          #expect(try await set.text("a") == value)
        }
        for (key, value) in StoreRows.many.prefix(500) { #expect(try await first.text(key) == value) }
        #expect(try await first.allRows().count == StoreRows.many.count + 1)
      }
    }

    @Test
    func `a database without rows, or older than its source, causes a warning`() async throws {
      try await DatabaseFiles.run { files in
        try await files.makeBerkeleyDB("t.db", [])
        #expect(await (try files.open("t.db")).problems().map(\.text) == ["the database has no rows"])
        try TestFiles.write(Array("a b\n".utf8), to: files.path("t"))
        try await files.run("touch", "-d", "2020-01-01", files.path("t"))
        #expect(await (try files.open("t.db")).problems().count == 1)
        try await files.run("touch", "-d", "2020-01-01", files.path("t.db"))
        try await files.run("touch", files.path("t"))
        #expect(
          await (try files.open("t.db")).problems().last?.text == "the database is older than \(files.path("t"))")
      }
    }
  }
#endif
