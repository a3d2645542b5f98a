@testable import DataSetTestSupport

#if BerkeleyDB
  import DKIMConfiguration
  import Glibc
  import TestSupport
  import Testing

  @testable import DKIMDataSets

  @Suite("Files that are not Berkeley DB files, and damaged ones")
  struct BerkeleyDBRefusalTests {
    @Test
    func `the error names the actual type of the file`() async throws {
      try await DatabaseFiles.run { files in
        let cases: [(content: [UInt8], said: String)] = [
          ([], "is empty"),
          (Array("example.com\texample.com:sel:/etc/key\n".utf8), "is a text file, not a Berkeley DB file; use file:"),
          (Array("SQLite format 3\0".utf8) + [UInt8](repeating: 1, count: 4096), "use dsn:sqlite3"),
          ([UInt8](repeating: 0, count: 16) + [0xDE, 0xC0, 0xEF, 0xBE] + [0, 0, 0, 0], "use mdb:"),
          ([0x61, 0x15, 0x06, 0x00, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], "is from Berkeley DB 1"),
          ([UInt8](repeating: 0x01, count: 5000), "is not a Berkeley DB file"),
          ([UInt8](repeating: 0x80, count: 5000), "is a text file, not a Berkeley DB file"),
          ([UInt8](repeating: 0, count: 12) + [0x61, 0x15, 0x06, 0x00], "old version"),
        ]
        for (content, said) in cases {
          try TestFiles.write(content, to: files.path("t.db"))
          let refusal = await files.refusal("t.db")
          #expect(refusal?.contains(files.path("t.db")) == true && refusal?.contains(said) == true, "\(refusal ?? "")")
        }
      }
    }

    @Test(.timeLimit(.minutes(1)))
    func `directories, FIFOs and missing files are refused immediately`() async throws {
      try await DatabaseFiles.run { files in
        #expect(mkdir(files.path("folder.db"), 0o700) == 0 && mkfifo(files.path("fifo.db"), 0o600) == 0)
        for (name, said) in [
          ("folder", "is a directory, not a regular file"), ("fifo", "is a FIFO, not a regular file"),
          ("absent", "No such file or directory"),
        ] {
          let refusal = await files.refusal("db:\(name).db")
          #expect(refusal?.contains(said) == true, "\(refusal ?? "")")
        }
        let unnamed = await files.refusal("db:")
        #expect(unnamed?.contains("missing name after") == true)
      }
    }

    @Test
    func `errors name unsupported access methods and options`() async throws {
      try await DatabaseFiles.run { files in
        let rows: DatabaseFiles.Rows = [("1", "a"), ("2", "b")]
        try await files.makeBerkeleyDB("recno.db", rows, type: "recno")
        try await files.makeBerkeleyDB("queue.db", rows, type: "queue", settings: ["re_len=10"])
        try await files.makeBerkeleyDB("named.db", rows, settings: ["database=inner"])
        try await files.makeBerkeleyDB("secret.db", rows, options: ["-P", "geheim"])
        for (name, said) in [
          ("recno", "numeric keys (recno)"), ("queue", "is a queue"), ("named", "several named databases"),
          ("secret", "is encrypted"),
        ] {
          let refusal = await files.refusal("\(name).db")
          #expect(refusal?.contains(said) == true, "\(refusal ?? name)")
        }
      }
    }

    @Test(arguments: ["hash", "btree"])
    func `a file that is truncated anywhere is refused`(_ type: String) async throws {
      try await DatabaseFiles.run { files in
        try await files.makeBerkeleyDB("t.db", StoreRows.odd, type: type)
        let bytes = try TestFiles.read(files.path("t.db"))
        for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 61)) {
          try TestFiles.write(Array(bytes.prefix(length)), to: files.path("t.db"))
          let refusal = await files.refusal("t.db")
          #expect(refusal != nil, "\(length) of \(bytes.count)")
        }
      }
    }

    @Test(arguments: [("hash", 1), ("btree", 1), ("hash", 12), ("btree", 12)])
    func `any file contents give an error or rows, and never end the process`(_ type: String, _ locations: Int)
      async throws
    {
      try await DatabaseFiles.run { files in
        let rows = StoreRows.many.prefix(150) + StoreRows.odd
        let repeated = (0..<40).map { ("repeated", "\($0)") }
        try await files.makeBerkeleyDB(
          "t.db", rows + repeated, type: type, settings: ["db_pagesize=512", "duplicates=1"])
        let bytes = try TestFiles.read(files.path("t.db"))
        var (refused, asked) = (0, 0)
        for number in 0..<500 {
          var damage = Damage(number)
          try TestFiles.write(damage.changed(bytes, locations: locations), to: files.path("t.db"))
          guard let set = try? await files.open("t.db") else {
            refused += 1
            continue
          }
          asked += 1
          for (key, _) in rows { _ = try? await set.text(key) }
          _ = try? await set.allRows()
        }
        #expect(refused > 0 && refused + asked == 500)
      }
    }
  }
#endif
