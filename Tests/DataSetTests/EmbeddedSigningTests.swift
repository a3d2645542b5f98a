@testable import DataSetTestSupport
import Glibc
import MilterTestSupport
import TestSupport
import Testing

@Suite("Signing with tables in database files")
struct EmbeddedSigningTests {
  private func sign(_ scene: ReloadScene) async throws {
    try await SigningScene.run { signing in
      let files = DatabaseFiles(folder: signing.folder)
      try await scene.make(files, "keys", (signing.keyRow.name, signing.keyText))
      try await scene.make(files, "signing", signing.signingRow)
      try await signing.expectSigned(
        keyTable: scene.specification(files.path("keys")), signingTable: scene.specification(files.path("signing")))
    }
    try await scene.expectReloads()
  }

  #if BerkeleyDB
    @Test(arguments: ["hash", "btree"])
    func `Berkeley DB, and a reload`(_ type: String) async throws {
      try await sign(
        ReloadScene(
          make: { files, name, row in try await files.makeBerkeleyDB(name, [row], type: type) },
          specification: { "db:" + $0 }))
    }
  #endif

  #if LMDB
    @Test(arguments: [true, false])
    func `LMDB, and a reload`(_ isFolder: Bool) async throws {
      try await sign(
        ReloadScene(
          make: { files, name, row in try await files.makeLMDB(name, [row], isFolder: isFolder) },
          file: { isFolder ? $0 + "/data.mdb" : $0 }, specification: { "mdb:" + $0 }))
    }
  #endif

  #if SQLite
    @Test
    func `SQLite, and a reload`() async throws {
      try await sign(
        ReloadScene(
          make: { files, name, row in
            try await files.makeSQLite(name, "CREATE TABLE t (k, a, b, c);")
            let values = ([row.0] + row.1.split(separator: ":").map(String.init)).map { "'\($0)'" }
            let columns = ["k", "a", "b", "c"].prefix(values.count).joined(separator: ",")
            try await files.makeSQLite(name, "INSERT INTO t (\(columns)) VALUES (\(values.joined(separator: ",")));")
          },
          specification: { path in
            let encoded = path.split(separator: "/").map { "=2F\($0)" }.joined()
            let columns = path.hasSuffix("signing") ? "a" : "a,b,c"
            return "dsn:sqlite3://\(encoded)//table=t?keycol=k?datacol=\(columns)"
          }, isLive: true))
    }
  #endif
}
