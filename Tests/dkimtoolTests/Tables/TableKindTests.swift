import Glibc
import TestSupport
import Testing

/// Tests the tools with every kind of table that can list its rows and needs no server.
@Suite("query, genzone and testkey: one table in every kind of data set")
struct TableKindTests {
  enum Kind: String, CaseIterable {
    case list, file, patterns, berkeleyHash, berkeleyTree, lmdb, sqlite

    /// The name of the type for db5.3_load; `nil` for other kinds.
    var type: String? {
      switch self {
      case .berkeleyHash: "hash"
      case .berkeleyTree: "btree"
      case .list, .file, .patterns, .lmdb, .sqlite: nil
      }
    }

    static var atHand: [Kind] {
      var kinds = [Kind.list, .file, .patterns]
      #if BerkeleyDB
        if KeyPrograms.path("db5.3_load") != nil { kinds += [.berkeleyHash, .berkeleyTree] }
      #endif
      #if LMDB
        if KeyPrograms.path("mdb_load") != nil { kinds.append(.lmdb) }
      #endif
      #if SQLite
        if KeyPrograms.path("sqlite3") != nil { kinds.append(.sqlite) }
      #endif
      return kinds
    }
  }

  private static let rows = [
    (name: "mail", value: "example.com:ed:./ed25519.pem"), (name: "big", value: "example.com:rsa:./rsa2048.pem"),
    (name: "any", value: "%:any:./%.pem"), (name: "other", value: "example.net:ed:./ed25519.pem:ed25519-sha256"),
  ]

  /// A directory with the table, and the value of a setting that names it.
  private func table(_ kind: Kind) throws -> (folder: KeyFolder, name: String) {
    let folder = try KeyFolder()
    for name in ["ed25519.pem", "rsa2048.pem"] {
      let pem = try TestFiles.read(TestFiles.package.string + "/Tests/Vectors/keys/" + name)
      try folder.write(name, String(decoding: pem, as: UTF8.self))
    }
    let keys = try TestFiles.read(TestFiles.package.string + "/Tests/Transcripts/files/keys.txt")
    let lines = String(decoding: keys, as: UTF8.self).split(separator: "\n").map(String.init)
    let ed = try #require(lines.first { $0.hasPrefix("ed._domainkey.example.com ") })
    try folder.write(
      "keys", (lines + [ed.replacing("example.com ", with: "example.net ")]).joined(separator: "\n") + "\n")
    try folder.write("table", Self.rows.map { "\($0.name) \($0.value)\n" }.joined())
    switch kind {
    case .list: return (folder, "csl:" + Self.rows.map { "\($0.name)=\($0.value)" }.joined(separator: ","))
    case .file: return (folder, "file:table")
    case .patterns: return (folder, "refile:table")
    case .lmdb:
      try folder.write("pairs", Self.rows.map { "\($0.name)\n\($0.value)\n" }.joined())
      #expect(mkdir(folder.path("database"), 0o700) == 0)
      let program = try #require(KeyPrograms.path("mdb_load"))
      #expect(try KeyProcess.run([program, "-T", "-f", "pairs", "database"], in: folder).status == 0)
      return (folder, "mdb:database")
    case .sqlite:
      // Columns, which follow the key when rows are listed.
      let rows = Self.rows.map { row in
        let fields = row.value.split(separator: ":").map { "'\($0)'" }
        return "INSERT INTO keys VALUES ('\(row.name)', \((fields + ["NULL"]).prefix(4).joined(separator: ", ")));\n"
      }
      try folder.write("sql", "CREATE TABLE keys (n TEXT, d TEXT, s TEXT, k TEXT, a TEXT);\n" + rows.joined())
      let program = try #require(KeyPrograms.path("sqlite3"))
      #expect(try KeyProcess.run([program, "-bail", "t.sqlite3", ".read sql"], in: folder).status == 0)
      let location = folder.path("").split(separator: "/").map { "=2F\($0)" }.joined() + "=2F"
      return (folder, "dsn:sqlite3://\(location)/t.sqlite3/table=keys?keycol=n?datacol=d,s,k,a")
    case .berkeleyHash, .berkeleyTree:
      try folder.write("pairs", Self.rows.map { "\($0.name)\n\($0.value)\n" }.joined())
      let program = try #require(KeyPrograms.path("db5.3_load"))
      let words = [program, "-T", "-t", kind.type ?? "", "-f", "pairs", "table.db"]
      #expect(try KeyProcess.run(words, in: folder).status == 0)
      return (folder, kind == .berkeleyHash ? "db:table.db" : "table.db")
    }
  }

  @Test(arguments: Kind.atHand)
  func `rows are found, listed, and reported as missing`(kind: Kind) throws {
    let (folder, name) = try table(kind)
    let found = try KeyProcess.dkimtool(["query", "--json", name, "mail/3"], in: folder)
    #expect(found.status == 0)
    for text in [
      "\"found\":true", "{\"name\":\"field 1\",\"value\":\"example.com\"}", "{\"name\":\"field 2\",\"value\":\"ed\"}",
      "{\"name\":\"field 3\",\"value\":\"./ed25519.pem\"}",
    ] {
      #expect(found.output.contains(text))
    }
    #expect(try KeyProcess.dkimtool(["query", name, "mail", "nobody"], in: folder).status == 1)
    let all = try KeyProcess.dkimtool(["query", "--all", name], in: folder)
    #expect(all.status == 0)
    let rows = all.output.split(separator: "\n").map { line in
      let fields = line.split(separator: "\t")
      return kind == .sqlite ? "\(fields)" : fields.prefix(2).joined(separator: " ")
    }
    if kind == .sqlite {
      #expect(rows.count == Self.rows.count && rows.contains { $0.contains("mail") && $0.contains("./ed25519.pem") })
    } else {
      #expect(rows.sorted() == Self.rows.map { "\($0.name) \($0.value)" }.sorted())
    }
  }

  @Test(arguments: Kind.atHand)
  func `every key of the table becomes a record`(kind: Kind) throws {
    let (folder, name) = try table(kind)
    let run = try KeyProcess.dkimtool(["genzone", "-F", name], in: folder)
    #expect(run.status == 0)
    let owners = run.output.split(separator: "\n").filter { $0.contains("\tIN\tTXT\t") }.map {
      $0.prefix { $0 != "\t" }
    }
    #expect(
      owners.sorted() == [
        "ed._domainkey.example.com.", "ed._domainkey.example.net.", "rsa._domainkey.example.com.",
      ])
    #expect(run.errorLines.count == 1)
    #expect(run.errors.contains(" for 'any' skipped: its domain is %"))
  }

  @Test(arguments: Kind.atHand)
  func `every key of the table is tested`(kind: Kind) throws {
    let (folder, name) = try table(kind)
    let lines = ["KeyTable \(name)", "RequireSafeKeys no", "TestPublicKeys keys"]
    try folder.write("conf", lines.joined(separator: "\n") + "\n")
    let good = try KeyProcess.dkimtool(["testkey", "-x", "conf"], in: folder)
    #expect(good.status == 0, "\(good.errors)")
    #expect(good.output == "dkimtool: 3 keys checked; 3 pass, 0 fail, 1 skipped\n")
    #expect(good.errors.contains("key any skipped: its domain is %"))
    try folder.write("keys", (try folder.read("keys")).replacing("rsa._domainkey", with: "gone._domainkey"))
    let bad = try KeyProcess.dkimtool(["testkey", "-x", "conf"], in: folder)
    #expect(bad.status == 69)
    #expect(bad.output == "dkimtool: 3 keys checked; 2 pass, 1 fail, 1 skipped\n")
    #expect(bad.errors.contains("key big: 'rsa._domainkey.example.com' record not found"))
  }
}
