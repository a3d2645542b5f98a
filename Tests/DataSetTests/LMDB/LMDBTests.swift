@testable import DataSetTestSupport

#if LMDB
  import DKIMConfiguration
  import Glibc
  import TestSupport
  import Testing

  @testable import DKIMDataSets

  @Suite("LMDB databases")
  struct LMDBTests {
    @Test(arguments: [true, false])
    func `every row is found and listed, in a directory and in a file`(_ isFolder: Bool) async throws {
      try await DatabaseFiles.run { files in
        try await files.makeLMDB("t", StoreRows.odd + StoreRows.many, isFolder: isFolder)
        let set = try await files.open("mdb:t")
        try await StoreRows.expectAll(in: set)
        let rows = try await set.allRows()
        #expect(rows.count == StoreRows.odd.count + StoreRows.many.count)
        #expect(rows.map { Array($0.key.utf8) }.isSorted)
        #expect(try await set.allRows(limit: 3).count == 3)
        #expect(await set.problems().isEmpty)
        #expect(try await set.rows(for: "colons", all: false).first?.fields(3) == ["", "", "a::"])
      }
    }

    @Test
    func `eight concurrent threads get the right rows while others open the same database`() async throws {
      try await DatabaseFiles.run { files in
        try await files.makeLMDB("t", StoreRows.many)
        let first = try await files.open("mdb:t")
        await withTaskGroup(of: Bool.self) { group in
          for task in 0..<8 {
            group.addTask {
              for row in stride(from: task, to: StoreRows.many.count, by: 41) {
                let (key, value) = StoreRows.many[row]
                let second = row.isMultiple(of: 100) ? try? await files.open("mdb:" + files.path("t")) : nil
                if (try? await (second ?? first).text(key)) != value { return false }
              }
              return true
            }
          }
          for await isRight in group { #expect(isRight) }
        }
      }
    }

    @Test
    func `without case sensitivity any spelling finds a lowercase key; a NUL is not part of a key`() async throws {
      try await DatabaseFiles.run { files in
        try await files.makeLMDB("t", [("example.com", "1"), ("Upper", "2"), ("nul\0", "3\0")])
        let folding = try await files.open("mdb:t")
        #expect(try await folding.text("Example.COM") == "1")
        #expect(try await folding.text("Upper") == "2")
        #expect(try await folding.text("upper") == nil)
        #expect(try await folding.text("NUL") == "3")
        #expect(try await folding.allRows().map(\.key).sorted() == ["Upper", "example.com", "nul"])
        let exact = try await files.open("MDB:t", caseSensitive: true)
        #expect(try await exact.text("Example.COM") == nil)
        #expect(try await exact.text("example.com") == "1")
      }
    }

    @Test
    func `committed changes are visible immediately, also if the database has grown`() async throws {
      try await DatabaseFiles.run { files in
        try await files.makeLMDB("t", [("a", "1")], mapSize: 1 << 20)
        let set = try await files.open("mdb:t")
        #expect(try await set.text("a") == "1")
        try await files.makeLMDB("t", [("a", "2"), ("b", "3")], mapSize: 1 << 20)
        #expect(try await set.text("a") == "2")
        #expect(try await set.text("b") == "3")
        try await files.makeLMDB("t", StoreRows.many + [("long", String(repeating: "x", count: 1 << 20))])
        #expect(try await set.text(StoreRows.many[9999].key) == StoreRows.many[9999].value)
        #expect(try await set.text("long")?.utf8.count == 1 << 20)
        #expect(try await set.text("a") == "2")
        #expect(try await set.allRows().count == StoreRows.many.count + 3)
      }
    }

    @Test
    func `keys with a trailing NUL are found, also if they were added after the first lookup`() async throws {
      try await DatabaseFiles.run { files in
        try await files.makeLMDB("t", [])
        let set = try await files.open("mdb:t")
        #expect(try await set.text("example.com") == nil)
        try await files.makeLMDB("t", [("example.com\0", "mail\0")])
        #expect(try await set.text("example.com") == "mail")
        #expect(try await set.text("Example.COM") == "mail")
        #expect(try await set.text("example.co") == nil)
      }
    }

    @Test
    func `concurrent reads and writes never show half a row`() async throws {
      try await DatabaseFiles.run { files in
        try await files.makeLMDB("t", StoreRows.many)
        let set = try await files.open("mdb:t")
        let reader = Task {
          var count = 0
          while !Task.isCancelled {
            let (key, value) = StoreRows.many[count * 7919 % StoreRows.many.count]
            let found = try? await set.text(key)
            guard found == value || found == "new" else { return -1 }
            count += 1
          }
          return count
        }
        for _ in 0..<2 {
          try await files.makeLMDB("t", StoreRows.many.map { ($0.key, "new") })
          try await files.makeLMDB("t", StoreRows.many)
        }
        reader.cancel()
        #expect(await reader.value > 0)
      }
    }

    @Test
    func `a replaced database stays in use where it is open`() async throws {
      try await DatabaseFiles.run { files in
        for isFolder in [true, false] {
          let name = isFolder ? "folder" : "file"
          try await files.makeLMDB(name, [("a", "old")], isFolder: isFolder)
          var first: (any DataSet)? = try await files.open("mdb:\(name)")
          let data = files.path(name) + (isFolder ? "/data.mdb" : "")
          try await files.makeLMDB("other", [("a", "new")], isFolder: false)
          try await files.run("mv", files.path("other"), data)
          let second = try await files.open("mdb:\(name)")
          #expect(try await first?.text("a") == "old")
          #expect(try await second.text("a") == "new")
          #expect(await second.problems().map(\.text).contains { $0.contains("without locks") })
          // Closing the old database frees its locks.
          first = nil
          #expect(await second.problems().isEmpty)
          #expect(try await second.text("a") == "new")
          try await files.makeLMDB(name, [("a", "newer")], isFolder: isFolder)
          #expect(try await second.text("a") == "newer")
          #expect(try await files.open("mdb:\(name)").text("a") == "newer")
        }
      }
    }

    @Test
    func `a file that is truncated while in use is an error, and does not end the process`() async throws {
      try await DatabaseFiles.run { files in
        try await files.makeLMDB("t", StoreRows.many)
        let set = try await files.open("mdb:t")
        #expect(try await set.text(StoreRows.many[0].key) != nil)
        try await files.run("truncate", "-s", "8192", files.path("t/data.mdb"))
        await #expect(throws: DataSetError.self) { _ = try await set.text(StoreRows.many[0].key) }
        await #expect(throws: DataSetError.self) { _ = try await set.allRows() }
      }
    }

    @Test
    func `a missing lock file is created for everyone who may write the data`() async throws {
      try await DatabaseFiles.run { files in
        try await files.makeLMDB("t", StoreRows.odd)
        try await files.run("rm", files.path("t/lock.mdb"))
        if geteuid() == 0 { #expect(chown(files.path("t/data.mdb"), 65534, 65534) == 0) }
        let set = try await files.open("mdb:t")
        #expect(try await set.text("plain") == "value")
        #expect(await set.problems().isEmpty)
        var (data, lock) = (stat(), stat())
        #expect(stat(files.path("t/data.mdb"), &data) == 0 && stat(files.path("t/lock.mdb"), &lock) == 0)
        #expect(lock.st_uid == data.st_uid && lock.st_gid == data.st_gid)
      }
    }

    @Test
    func `named databases, and a database without rows, cause warnings`() async throws {
      try await DatabaseFiles.run { files in
        try await files.makeLMDB("empty", [])
        let empty = try await files.open("mdb:empty")
        #expect(try await empty.text("a") == nil)
        #expect(try await empty.allRows().isEmpty)
        #expect(await empty.problems().map(\.text) == ["the database has no rows"])
        try await files.makeLMDB("named", [("a", "1")])
        try TestFiles.write(Array("k\nv\n".utf8), to: files.path("pairs"))
        try await files.run("mdb_load", "-T", "-s", "inner", "-f", files.path("pairs"), files.path("named"))
        let named = try await files.open("mdb:named")
        #expect(try await named.text("a") == "1")
        #expect(await named.problems().map(\.text).first?.hasPrefix("1 of its rows are named databases") == true)
      }
    }
  }

  extension [[UInt8]] {
    fileprivate var isSorted: Bool { zip(self, dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) } }
  }
#endif
