@testable import DataSetTestSupport

#if SQLite
  import Glibc
  import TestSupport
  import Testing

  @testable import DKIMConfiguration
  @testable import DKIMDataSets

  @Suite("SQLite files")
  struct SQLiteTests {
    private static let table = "table=kv?keycol=k?datacol=v"

    private func quoted(_ text: String) -> String {
      "'" + text.map { $0 == "'" ? "''" : String($0) }.joined() + "'"
    }

    private func insert(_ rows: DatabaseFiles.Rows) -> String {
      "BEGIN;" + rows.map { "INSERT INTO kv VALUES (\(quoted($0.key)), \(quoted($0.value)));\n" }.joined() + "COMMIT;"
    }

    private func columns(_ set: any DataSet, _ key: String) async throws -> [String?]? {
      guard let row = try await set.rows(for: key, all: false).first, case .columns(let columns) = row.value else {
        return nil
      }
      return columns
    }

    /// A process that locks a file exclusively.
    private func lock(_ files: DatabaseFiles, _ name: String) async throws -> ChildProcess {
      let command = ".shell touch \(files.path("ready")) && exec sleep 60"
      let holder = try ChildProcess(["sqlite3", files.path(name), "BEGIN EXCLUSIVE;", command])
      try await eventually("it is locked", within: .seconds(20)) { access(files.path("ready"), F_OK) == 0 }
      return holder
    }

    private func release(_ holder: ChildProcess) {
      // Also its sleeping shell.
      ServerUser.children(of: holder.id).forEach { kill($0, SIGKILL) }
      holder.stop(SIGKILL)
    }

    @Test(arguments: ["UTF-8", "UTF-16le", "UTF-16be"])
    func `every row is found and listed, in each encoding`(_ encoding: String) async throws {
      try await DatabaseFiles.run { files in
        try await files.makeSQLite(
          "t.sqlite3",
          "PRAGMA encoding='\(encoding)'; CREATE TABLE kv (k TEXT PRIMARY KEY, v TEXT);"
            + insert(StoreRows.odd + StoreRows.many))
        let set = try await files.open("dsn:sqlite3://t.sq/lite3/\(Self.table)")
        try await StoreRows.expectAll(in: set)
        let rows = try await set.allRows()
        let expected = (StoreRows.odd + StoreRows.many).map {
          DataSetRow(key: $0.key, value: .columns([$0.value]), location: nil)
        }
        #expect(rows.count == expected.count && Set(rows) == Set(expected))
        #expect(try await set.allRows(limit: 7).count == 7)
        #expect(try await set.allRows(limit: 0).isEmpty)
      }
    }

    @Test
    func `several columns, NULL, numbers, blobs, a filter, a path with slashes`() async throws {
      try await DatabaseFiles.run { files in
        try await files.makeSQLite(
          "t.sqlite3",
          """
          CREATE TABLE dkim (id INTEGER PRIMARY KEY, domain TEXT, selector TEXT, active INTEGER, key_ BLOB);
          INSERT INTO dkim VALUES (1293, 'bücher.example', 's1', 1, X'6bff'), (7, 'b.example', NULL, 0, X''),
            (8, NULL, '', 1, NULL);
          """)
        let folder = files.folder.split(separator: "/").joined(separator: "=2F")
        let source = "dsn:sqlite3://=2F\(folder)=2F/t.sqlite3/table=dkim?keycol=id?datacol="
        let set = try await files.open(source + "domain,selector,active,key_")
        #expect(try await columns(set, "1293") == ["bücher.example", "s1", "1", "k\u{FFFD}"])
        #expect(try await columns(set, "7") == ["b.example", nil, "0", ""])
        #expect(try await columns(set, "8") == [nil, "", "1", nil])
        for key in ["abc", "", "9", "12939999999999999999999"] { #expect(try await columns(set, key) == nil) }
        let filtered = try await files.open(source + "domain?filter=active =3D 1 OR active > 1")
        #expect(try await columns(filtered, "7") == nil)
        #expect(try await filtered.allRows().map(\.key).sorted() == ["1293", "8"])
      }
    }

    @Test
    func `a value of 1 MiB is read, a longer one is refused, and the file stays usable`() async throws {
      try await DatabaseFiles.run { files in
        try await files.makeSQLite(
          "t.sqlite3",
          """
          CREATE TABLE kv (k, v);
          INSERT INTO kv VALUES ('most', printf('%.*c', 1048576, 'x')), ('more', printf('%.*c', 1048577, 'x'));
          INSERT INTO kv VALUES ('less', 'y'), (NULL, 'without a key');
          """)
        let set = try await files.open("dsn:sqlite://t./sqlite3/\(Self.table)")
        #expect(try await columns(set, "most")?.first??.utf8.count == 1 << 20)
        let failure = await set.failure("more")
        #expect("\(failure.error.map { "\($0)" } ?? "")".contains("1048577 bytes; expected at most 1048576"))
        #expect(try await columns(set, "less") == ["y"])
        let short = try await files.open("dsn:sqlite3://t./sqlite3/\(Self.table)?filter=length(v) < 9")
        #expect(try await short.allRows() == [DataSetRow(key: "less", value: .columns(["y"]), location: nil)])
      }
    }

    @Test(.timeLimit(.minutes(1)))
    func `mistakes, and files that are not databases, are reported with a suggested fix`() async throws {
      try await DatabaseFiles.run { files in
        try await files.makeSQLite("t.sqlite3", "CREATE TABLE kv (k, v);")
        try TestFiles.write(Array(String(repeating: "example.com value\n", count: 100).utf8), to: files.path("text"))
        #expect(mkdir(files.path("folder"), 0o700) == 0 && mkfifo(files.path("fifo"), 0o600) == 0)
        for (source, said) in [
          ("t./sqlite3/table=none?keycol=k?datacol=v", "check table="),
          ("t./sqlite3/table=kv?keycol=none?datacol=v", "check keycol="),
          ("t./sqlite3/table=kv?keycol=k?datacol=none", "check keycol="),
          ("t./sqlite3/table=kv?keycol=k?datacol=v?filter=none none none", "check table="),
          ("t./sqlite3/table=kv?keycol=k?datacol=v?filter=none =3D 1", "check keycol="),
          ("t./sqlite3/\(Self.table)?filter=v =3D =3F", "write filter= without"),
          ("t./sqlite3/\(Self.table)?filter=v =3D =3F1", "write filter= without"),
          ("t./sqlite3/\(Self.table)?filter=v =3D :x", "write filter= without"),
          ("t./sqlite3/\(Self.table)?filter=v =3D $1", "write filter= without"),
          ("t./sqlite3/table=kv?keycol=\"kk\"?datacol=v", "check keycol="),
          ("t./sqlite3/table=kv?keycol=k?datacol=v,\"vv\"", "check keycol="),
          ("te/xt/\(Self.table)", "is not a database; name an SQLite 3 file"),
          ("abs/ent/\(Self.table)", "\(files.path("absent")): No such file or directory"),
          ("fol/der/\(Self.table)", "is a directory, not a regular file"),
          ("fi/fo/\(Self.table)", "is a FIFO, not a regular file"),
        ] {
          let refusal = await files.refusal("dsn:sqlite3://" + source)
          #expect(refusal?.contains(said) == true, "\(refusal ?? source)")
        }
        #expect(try TestFiles.names(in: files.folder).contains("absent") == false)
      }
    }

    @Test
    func `a locked database is a temporary error within the time limit`() async throws {
      try await DatabaseFiles.run { files in
        try await files.makeSQLite("t.sqlite3", "CREATE TABLE kv (k, v); INSERT INTO kv VALUES ('a', '1');")
        let source = "dsn:sqlite3://t./sqlite3/\(Self.table)"
        let set = try await files.open(source, timeLimit: 1)
        #expect(try await columns(set, "a") == ["1"])
        let holder = try await lock(files, "t.sqlite3")
        let failure = await set.failure("a")
        if case .temporary = failure.error {} else { Issue.record("\(failure)") }
        #expect(failure.time > .milliseconds(700) && failure.time < .seconds(3), "\(failure)")
        let refusal = await files.refusal(source)
        #expect(refusal?.contains("locked") == true || refusal?.contains("in time") == true, "\(refusal ?? "")")
        release(holder)
        try await eventually("it works again", within: .seconds(2)) { (try? await columns(set, "a")) == ["1"] }
      }
    }

    @Test
    func `changes to a file are visible immediately; a replaced file is opened if it is a database`() async throws {
      try await DatabaseFiles.run { files in
        try await files.makeSQLite(
          "t.sqlite3", "PRAGMA journal_mode=WAL; CREATE TABLE kv (k, v); INSERT INTO kv VALUES ('a', '1');")
        let set = try await files.open("dsn:sqlite3://t./sqlite3/\(Self.table)")
        #expect(try await columns(set, "a") == ["1"])
        try await files.makeSQLite("t.sqlite3", "UPDATE kv SET v = '2';")
        #expect(try await columns(set, "a") == ["2"])
        try await files.makeSQLite(
          "t.sqlite3", "DROP TABLE kv; CREATE TABLE kv (x, v, k); INSERT INTO kv VALUES (0, 3, 'a');")
        #expect(try await columns(set, "a") == ["3"])
        try await files.makeSQLite("other", "CREATE TABLE kv (k, v); INSERT INTO kv VALUES ('a', '4');")
        try await files.run("rm", "-f", files.path("t.sqlite3-wal"), files.path("t.sqlite3-shm"))
        try await files.run("mv", files.path("other"), files.path("t.sqlite3"))
        #expect(try await columns(set, "a") == ["4"])
        #expect(try await set.allRows().count == 1)
        try await files.run("rm", files.path("t.sqlite3"))
        #expect(try await columns(set, "a") == ["4"])
        try TestFiles.write(Array("text".utf8), to: files.path("t.sqlite3"))
        #expect(try await columns(set, "a") == ["4"])
        try await files.run("rm", files.path("t.sqlite3"))
        try await files.makeSQLite("t.sqlite3", "CREATE TABLE kv (k, v); INSERT INTO kv VALUES ('a', '5');")
        try await eventually("the new file is read", within: .seconds(2)) { (try? await columns(set, "a")) == ["5"] }
      }
    }

    @Test
    func `a new file that cannot be opened is an error after a while, and then tried again`() async throws {
      try await DatabaseFiles.run { files in
        let path = files.path("t.sqlite3")
        try await files.makeSQLite("t.sqlite3", "CREATE TABLE kv (k, v); INSERT INTO kv VALUES ('a', '1');")
        try await files.makeSQLite("other", "CREATE TABLE kv (k, v); INSERT INTO kv VALUES ('a', '2');")
        let source = try DataSourceName("sqlite3://t./sqlite3/\(Self.table)")
        let connection = try SQLiteConnection(source, path, busyTimeout: 600, until: Deadline(in: 5000))
        func value() throws -> [String?]? {
          guard case .columns(let columns) = try connection.row(for: "a", until: Deadline(in: 200))?.value else {
            return nil
          }
          return columns
        }
        let holder = try await lock(files, "other")
        try await files.run("mv", files.path("other"), path)
        #expect(try value() == ["1"])
        #expect(try value() == ["1"])
        try await Task.sleep(for: .milliseconds(700))
        for _ in 0..<3 { #expect(throws: DataSetError.self) { try value() } }
        // Only the cause is removed; the file does not change.
        release(holder)
        try await eventually("the new file is read", within: .seconds(3)) { (try? value()) == ["2"] }
      }
    }

    @Test
    func `an endless view is interrupted in time, and the next lookup works`() async throws {
      try await DatabaseFiles.run { files in
        try await files.makeSQLite(
          "t.sqlite3",
          """
          CREATE TABLE a (k, v); INSERT INTO a VALUES ('a', '1');
          CREATE VIEW kv AS WITH RECURSIVE n(x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM n)
            SELECT k, v FROM a UNION ALL SELECT x, x FROM n;
          """)
        let set = try await files.open("dsn:sqlite3://t./sqlite3/\(Self.table)", timeLimit: 1)
        #expect(try await columns(set, "a") == ["1"])
        for _ in 0..<2 {
          let failure = await set.failure("absent")
          #expect(failure.time < .seconds(2), "\(failure)")
          if case .temporary = failure.error {} else { Issue.record("\(failure)") }
        }
        #expect(try await columns(set, "a") == ["1"])
      }
    }

    @Test(arguments: [1, 20])
    func `any file contents give an error or rows`(_ locations: Int) async throws {
      try await DatabaseFiles.run { files in
        let rows = StoreRows.many.prefix(200)
        try await files.makeSQLite(
          "t.sqlite3", "PRAGMA page_size=512; CREATE TABLE kv (k PRIMARY KEY, v);" + insert(Array(rows)))
        let bytes = try TestFiles.read(files.path("t.sqlite3"))
        var (refused, failed, found) = (0, 0, 0)
        for number in 0..<500 {
          var damage = Damage(number)
          try TestFiles.write(damage.changed(bytes, locations: locations), to: files.path("t.sqlite3"))
          // Threads take longer than the lookups.
          await DataSets.$mayBlock.withValue(true) {
            guard let set = try? await files.open("dsn:sqlite3://t./sqlite3/\(Self.table)", timeLimit: 1) else {
              refused += 1
              return
            }
            for (key, _) in rows {
              do { found += try await set.rows(for: key, all: false).count } catch { failed += 1 }
            }
            _ = try? await set.allRows()
          }
        }
        #expect(refused > 0 && found > 0 && failed > 0)
      }
    }
  }
#endif
