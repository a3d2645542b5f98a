import Glibc
import MilterTestSupport
import TestSupport
import Testing

@testable import DataSetTestSupport

/// Every example of Docs/DataSets.md signs a message, with the documented rows.
@Suite("Documented examples")
struct DocumentedExampleTests {
  @Test
  func `every documented configuration is tested here`() throws {
    let source = String(decoding: try TestFiles.read(#filePath), as: UTF8.self)
    let kinds = try DocumentedBlocks("Docs/DataSets.md").names("conf")
    #expect(kinds.count >= 13)
    for kind in kinds { #expect(source.components(of: "\"\(kind)\", in: scene") > 0, "\(kind)") }
  }

  @Test
  func `lists`() async throws {
    try await SigningScene.run { scene in try await DocumentedExample("csl", in: scene).expectSigned(scene) }
  }

  #if OpenDBX
    @Test
    func `OpenDBX, with SQLite under the name of a backend that is passed to OpenDBX`() async throws {
      let backend = try #require(OpenDBXTests.backend)
      try await SigningScene.run { scene in
        let files = DatabaseFiles(folder: scene.folder)
        let folder = (scene.folder + "/").split(separator: "/").map { "=2F\($0)" }.joined() + "=2F"
        let example = try DocumentedExample("opendbx", in: scene, [("db.example.net/mail", "\(folder)/mail.sqlite3")])
        try await files.makeSQLite("mail.sqlite3", example.block("sql"))
        try await files.run("ln", "-s", backend, files.path("libfirebirdbackend.so"))
        try await example.expectSigned(scene, environment: ["LD_LIBRARY_PATH": scene.folder])
      }
    }
  #endif

  @Test
  func `text files, Berkeley DB and LMDB files`() async throws {
    try await SigningScene.run { scene in
      let files = DatabaseFiles(folder: scene.folder)
      let folder = ("/etc/opendkim", scene.folder)
      let text = try DocumentedExample("file", in: scene, [folder])
      for name in ["keytable", "signingtable"] {
        try TestFiles.write(Array(try text.block("text", name).utf8), to: files.path(name))
      }
      try await text.expectSigned(scene)
      let pairs = try DocumentedExample("db", in: scene, [folder])
      #if BerkeleyDB
        try await files.makeBerkeleyDB("keytable.db", Self.rows(pairs.block("pairs")))
        try await files.makeBerkeleyDB("signingtable.db", Self.rows(pairs.block("pairs", "signingtable")))
        try await pairs.expectSigned(scene)
      #endif
      #if LMDB
        unlink(files.path("keytable"))
        unlink(files.path("signingtable"))
        try await files.makeLMDB("keytable", Self.rows(pairs.block("pairs")))
        try await files.makeLMDB("signingtable", Self.rows(pairs.block("pairs", "signingtable")))
        try await DocumentedExample("mdb", in: scene, [folder]).expectSigned(scene)
      #endif
    }
  }

  /// A key and its value on two lines.
  private static func rows(_ text: String) -> DatabaseFiles.Rows {
    let lines = text.split(separator: "\n").map(String.init)
    return stride(from: 0, to: lines.count - 1, by: 2).map { (lines[$0], lines[$0 + 1]) }
  }

  #if PostgreSQL && UnixODBC
    @Test
    func `PostgreSQL, and the same through ODBC`() async throws {
      let server = try await PostgreSQLServer()
      defer { server.remove() }
      try await SigningScene.run { scene in
        let login = "odk:\(PostgreSQLServer.encodedPassword)@"
        let example = try DocumentedExample(
          "pgsql", in: scene, [("dkim:secret@5432+db.example.net/mail", "\(login)\(server.port)+127.0.0.1/postgres")])
        try await server.run(example.block("sql"))
        try await example.expectSigned(scene)
        let odbc = try DocumentedExample(
          "odbc", in: scene, [("dkim:secret@", login), ("5432", "\(server.port)"), ("= mail", "= postgres")])
        try TestFiles.write(Array(odbc.block("ini").utf8), to: scene.folder + "/odbc.ini")
        try await odbc.expectSigned(scene, environment: ["ODBCINI": scene.folder + "/odbc.ini"])
      }
    }
  #endif

  #if MariaDB
    @Test
    func `MariaDB`() async throws {
      let server = try await MariaDBServer()
      defer { server.remove() }
      try await SigningScene.run { scene in
        let specification = server.specification("keytable")
        let start = specification.firstRange(of: "://")?.upperBound ?? specification.startIndex
        let end = specification.firstRange(of: "/table=")?.lowerBound ?? specification.endIndex
        let example = try DocumentedExample(
          "mysql", in: scene, [("dkim:secret@3306+db.example.net/mail", String(specification[start..<end]))])
        try await server.run(example.block("sql"))
        try await example.expectSigned(scene)
      }
    }
  #endif

  #if SQLite
    @Test
    func `SQLite`() async throws {
      try await SigningScene.run { scene in
        let folder = (scene.folder + "/").split(separator: "/").map { "=2F\($0)" }.joined() + "=2F"
        let example = try DocumentedExample("sqlite3", in: scene, [("=2Fvar=2Flib=2Fdkim=2F", folder)])
        try await DatabaseFiles(folder: scene.folder).makeSQLite("dkim.sqlite3", example.block("sql"))
        try await example.expectSigned(scene)
      }
    }
  #endif

  #if LDAP
    @Test
    func `LDAP`() async throws {
      let server = try await DirectoryServer([])
      try await SigningScene.run { scene in
        let example = try DocumentedExample(
          "ldap", in: scene,
          [
            ("ou=keys,dc=example,dc=net", DirectoryServer.rows), ("ldap.example.net", "127.0.0.1:\(server.port)"),
          ])
        try await server.add(example.block("ldif"))
        try await example.expectSigned(scene)
      }
    }
  #endif

  @Test
  func `Redis and memcached`() async throws {
    let redis = try await RedisServer(options: ["--requirepass", "secret"])
    let memcached = try await MemcachedServer()
    try await SigningScene.run { scene in
      let example = try DocumentedExample(
        "redis", in: scene, [("cache.example.net:6379", "127.0.0.1:\(redis.port)")])
      let commands = try example.block("sh").split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
      #expect(commands.allSatisfy { $0.first == "redis-cli" })
      try redis.run([["AUTH", "secret"]] + commands.map { Array($0.dropFirst()) })
      try await example.expectSigned(scene)

      let cached = try DocumentedExample("memcache", in: scene, [("cache.example.net:11211", memcached.name)])
      for line in try cached.block("memcached").split(separator: "\n") {
        let words = line.split(separator: " ", maxSplits: 2).map(String.init)
        let parts = words[1].split(separator: ":", maxSplits: 1).map(String.init)
        try memcached.put([(parts[1], words[2])], prefix: parts[0])
      }
      try await cached.expectSigned(scene)
    }
  }

  #if Lua
    @Test
    func `Lua`() async throws {
      try await SigningScene.run { scene in
        let example = try DocumentedExample("lua", in: scene, [("/etc/opendkim", scene.folder)])
        try TestFiles.write(Array(example.block("lua").utf8), to: scene.folder + "/tables.lua")
        try await example.expectSigned(scene)
      }
    }
  #endif

  #if Erlang
    @Test
    func `Erlang`() async throws {
      try await SigningScene.run { scene in
        let example = try DocumentedExample("erlang", in: scene)
        let lines = try example.block("erlang").split(separator: "\n").filter { !$0.hasPrefix("-") }
        let node = try await ErlangNode(functions: lines.joined(separator: "\n") + "\n")
        try await DocumentedExample("erlang", in: scene, [("mail@localhost", node.name), (":dkim:", ":rows:")])
          .expectSigned(scene, environment: ["ERL_EPMD_PORT": String(ErlangMapper.port)])
      }
    }
  #endif
}
