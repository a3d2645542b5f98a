@testable import DataSetTestSupport

#if LMDB
  import DKIMConfiguration
  import Glibc
  import TestSupport
  import Testing

  @testable import DKIMDataSets

  @Suite("Files that are no LMDB, and damaged ones")
  struct LMDBRefusalTests {
    @Test("What stands in a file or at a path instead is said, and nothing waits", .timeLimit(.minutes(1)))
    func strangers() async throws {
      try await DatabaseFiles.run { files in
        try TestFiles.write([], to: files.path("empty"))
        try TestFiles.write(Array(String(repeating: "example.com value\n", count: 1000).utf8), to: files.path("text"))
        try await files.makeLMDB("several", [("a", "1")], isFolder: false)
        #expect(mkdir(files.path("folder"), 0o700) == 0 && mkfifo(files.path("fifo"), 0o600) == 0)
        #expect(mkdir(files.path("odd"), 0o700) == 0 && mkdir(files.path("odd/data.mdb"), 0o700) == 0)
        for (name, said) in [
          ("empty", "\(files.path("empty")) is empty, and no LMDB file"), ("text", "is no LMDB file"),
          ("folder", "\(files.path("folder"))/data.mdb: No such file or directory"), ("absent", "No such file"),
          ("fifo", "is a FIFO, not a regular file"), ("odd", "is a directory, not a regular file"),
        ] {
          let refusal = await files.refusal("mdb:\(name)")
          #expect(refusal?.contains(said) == true, "\(refusal ?? name)")
        }
        let unnamed = await files.refusal("mdb:")
        #expect(unnamed?.contains("expected a name") == true)
      }
    }

    @Test("Several values of a key, and numbers for keys, are refused")
    func flags() async throws {
      try await DatabaseFiles.run { files in
        for flag in ["duplicates=1\ndupsort=1", "integerkey=1"] {
          let head = "VERSION=3\nformat=print\ntype=btree\n\(flag)\nHEADER=END\n"
          try TestFiles.write(Array((head + " abcdefgh\n 1\n abcdefgh\n 2\nDATA=END\n").utf8), to: files.path("pairs"))
          try? await files.run("mdb_load", "-n", "-f", files.path("pairs"), files.path("t"))
          let refusal = await files.refusal("mdb:t")
          #expect(refusal?.contains("numbers for keys, or several values") == true, "\(refusal ?? flag)")
          try await files.run("rm", files.path("t"))
        }
      }
    }

    @Test("A file that was cut is refused, or what is left holds every row")
    func cut() async throws {
      try await DatabaseFiles.run { files in
        try await files.makeLMDB("t", StoreRows.odd, isFolder: false)
        let octets = try TestFiles.read(files.path("t"))
        for length in stride(from: 0, to: octets.count, by: max(1, octets.count / 61)) {
          try TestFiles.write(Array(octets.prefix(length)), to: files.path("cut\(length)"))
          guard let set = try? await files.open("mdb:cut\(length)") else { continue }
          for (key, value) in StoreRows.odd { #expect(try await set.text(key) == value) }
        }
        let refusal = await files.refusal("mdb:cut\(0)")
        #expect(refusal != nil)
      }
    }

    @Test("Whatever stands in a file: an error, or rows, and nothing ends the process", arguments: [1, 12])
    func garbage(_ places: Int) async throws {
      try await DatabaseFiles.run { files in
        let long = [("long", String(repeating: "y", count: 9000))]
        let rows = StoreRows.many.prefix(300) + StoreRows.odd.dropLast() + long
        try await files.makeLMDB("t", Array(rows), isFolder: false)
        let octets = try TestFiles.read(files.path("t"))
        var (refused, asked) = (0, 0)
        for number in 0..<1000 {
          var damage = Damage(number)
          try TestFiles.write(damage.changed(octets, places: places), to: files.path("d\(number)"))
          defer { unlink(files.path("d\(number)")) }
          guard let set = try? await files.open("mdb:d\(number)") else {
            refused += 1
            continue
          }
          asked += 1
          for (key, _) in rows { _ = try? await set.text(key) }
          _ = try? await set.allRows()
        }
        #expect(refused > 0 && asked > 0 && refused + asked == 1000)
      }
    }
  }
#endif
