@testable import DataSetTestSupport

#if LMDB
  import DKIMConfiguration
  import Glibc
  import TestSupport
  import Testing

  @testable import DKIMDataSets

  @Suite("Files that are not LMDB files, and damaged ones")
  struct LMDBRefusalTests {
    @Test(.timeLimit(.minutes(1)))
    func `the error describes the actual file, and nothing blocks`() async throws {
      try await DatabaseFiles.run { files in
        try TestFiles.write([], to: files.path("empty"))
        try TestFiles.write(Array(String(repeating: "example.com value\n", count: 1000).utf8), to: files.path("text"))
        try await files.makeLMDB("several", [("a", "1")], isFolder: false)
        #expect(mkdir(files.path("folder"), 0o700) == 0 && mkfifo(files.path("fifo"), 0o600) == 0)
        #expect(mkdir(files.path("odd"), 0o700) == 0 && mkdir(files.path("odd/data.mdb"), 0o700) == 0)
        for (name, said) in [
          ("empty", "\(files.path("empty")) is empty and not an LMDB file"), ("text", "is not an LMDB file"),
          ("folder", "\(files.path("folder"))/data.mdb: No such file or directory"), ("absent", "No such file"),
          ("fifo", "is a FIFO, not a regular file"), ("odd", "is a directory, not a regular file"),
        ] {
          let refusal = await files.refusal("mdb:\(name)")
          #expect(refusal?.contains(said) == true, "\(refusal ?? name)")
        }
        let unnamed = await files.refusal("mdb:")
        #expect(unnamed?.contains("missing name after") == true)
      }
    }

    @Test
    func `keys with several values, and numeric keys, are refused`() async throws {
      try await DatabaseFiles.run { files in
        try TestFiles.write(Array(Self.writer.utf8), to: files.path("writer.c"))
        try await files.run("cc", "-o", files.path("writer"), files.path("writer.c"), "-llmdb")
        for flag in ["MDB_DUPSORT", "MDB_INTEGERKEY"] {
          try await files.run(files.path("writer"), files.path("t"), flag)
          let refusal = await files.refusal("mdb:t")
          #expect(refusal?.contains("numeric keys, or keys with several values") == true, "\(refusal ?? flag)")
          try await files.run("rm", files.path("t"))
        }
      }
    }

    /// Writes a file whose unnamed database has a flag. mdb_load of newer releases ignores such flags.
    private static let writer = """
      #include <lmdb.h>
      #include <string.h>
      int main(int count, char **words) {
        unsigned flag = strcmp(words[2], "MDB_DUPSORT") == 0 ? MDB_DUPSORT : MDB_INTEGERKEY;
        MDB_env *environment;
        MDB_txn *transaction;
        MDB_dbi database;
        MDB_val key = {8, "abcdefgh"}, value = {1, "1"};
        return mdb_env_create(&environment) || mdb_env_open(environment, words[1], MDB_NOSUBDIR, 0600)
          || mdb_txn_begin(environment, NULL, 0, &transaction)
          || mdb_dbi_open(transaction, NULL, flag | MDB_CREATE, &database)
          || mdb_put(transaction, database, &key, &value, 0) || mdb_txn_commit(transaction);
      }
      """

    @Test
    func `a truncated file is refused, or still has every row`() async throws {
      try await DatabaseFiles.run { files in
        try await files.makeLMDB("t", StoreRows.odd, isFolder: false)
        let bytes = try TestFiles.read(files.path("t"))
        for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 61)) {
          try TestFiles.write(Array(bytes.prefix(length)), to: files.path("cut\(length)"))
          guard let set = try? await files.open("mdb:cut\(length)") else { continue }
          for (key, value) in StoreRows.odd { #expect(try await set.text(key) == value) }
        }
        let refusal = await files.refusal("mdb:cut\(0)")
        #expect(refusal != nil)
      }
    }

    @Test(arguments: [1, 12])
    func `any file contents give an error or rows, and never end the process`(_ locations: Int) async throws {
      try await DatabaseFiles.run { files in
        let long = [("long", String(repeating: "y", count: 9000))]
        let rows = StoreRows.many.prefix(300) + StoreRows.odd.dropLast() + long
        try await files.makeLMDB("t", Array(rows), isFolder: false)
        let bytes = try TestFiles.read(files.path("t"))
        var (refused, asked) = (0, 0)
        for number in 0..<1000 {
          var damage = Damage(number)
          try TestFiles.write(damage.changed(bytes, locations: locations), to: files.path("d\(number)"))
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
