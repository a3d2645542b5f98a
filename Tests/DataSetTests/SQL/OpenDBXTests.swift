@testable import DataSetTestSupport

#if OpenDBX
  import Glibc
  import TestSupport
  import Testing

  @testable import DKIMConfiguration
  @testable import DKIMDataSets

  /// Tests with the SQLite backend, which the program itself never uses.
  @Suite("OpenDBX")
  struct OpenDBXTests {
    /// The file of the backend; `nil` if it is not installed.
    static var backend: String? {
      ["/usr/lib/opendbx", "/usr/lib/x86_64-linux-gnu/opendbx", "/usr/lib/aarch64-linux-gnu/opendbx"]
        .map { $0 + "/libsqlite3backend.so" }.first { access($0, R_OK) == 0 }
    }

    private static var hasBackend: Bool { backend != nil }

    private func open(_ source: String, _ files: DatabaseFiles, timeLimit: Int = 5) async throws -> any DataSet {
      var options = DataSetOptions()
      (options.timeLimit, options.cacheSeconds) = (timeLimit, 0)
      let request = DataSetRequest(
        kind: .dsn, name: source, specification: "dsn:" + source, location: nil, options: options)
      return try await OpenDBXConnection.open(try DataSourceName(source), request)
    }

    private func source(_ files: DatabaseFiles, _ rest: String = "table=kv?keycol=k?datacol=v") -> String {
      "sqlite3://" + files.folder.split(separator: "/").map { "=2F\($0)" }.joined() + "=2F/t.sqlite3/\(rest)"
    }

    private func make(_ files: DatabaseFiles) async throws {
      let rows = (StoreRows.odd + StoreRows.many).map { row in
        let texts = [row.key, row.value].map { "'" + $0.map { $0 == "'" ? "''" : String($0) }.joined() + "'" }
        return "INSERT INTO kv VALUES (\(texts[0]), \(texts[1]));\n"
      }
      try await files.makeSQLite(
        "t.sqlite3", "BEGIN; CREATE TABLE kv (k TEXT PRIMARY KEY, v TEXT);" + rows.joined() + "COMMIT;")
    }

    @Test(.enabled(if: hasBackend))
    func `every row is found and listed`() async throws {
      try await DatabaseFiles.run { files in
        try await make(files)
        let set = try await open(source(files), files)
        // The backend does not distinguish an empty text from NULL.
        try await StoreRows.expectAll(in: set, skipping: ["empty"])
        let rows = try await set.allRows()
        #expect(rows.count == StoreRows.odd.count + StoreRows.many.count)
        #expect(try await set.allRows(limit: 7).count == 7)
        let columns = try await open(source(files, "table=kv?keycol=k?datacol=v,k,NULL?filter=v <> 'x'"), files)
        #expect(try await columns.rows(for: "plain", all: false).first?.value == .columns(["value", "plain", nil]))
      }
    }

    @Test(.enabled(if: hasBackend))
    func `a value that is too long is refused, and the next key is found`() async throws {
      try await DatabaseFiles.run { files in
        try await files.makeSQLite(
          "t.sqlite3",
          """
          CREATE TABLE kv (k, v); INSERT INTO kv VALUES ('a', printf('%.*c', 1048577, 'x')), ('a', 'second'),
            ('b', 'good');
          """)
        let set = try await open(source(files), files)
        for _ in 0..<3 {
          let failure = await set.failure("a")
          #expect("\(failure.error.map { "\($0)" } ?? "")".contains("1048577 bytes"), "\(failure)")
          #expect(try await set.rows(for: "b", all: false).first?.value == .columns(["good"]))
        }
      }
    }

    @Test(.enabled(if: hasBackend))
    func `mistakes are reported, and rows added later are found`() async throws {
      try await DatabaseFiles.run { files in
        try await files.makeSQLite("t.sqlite3", "CREATE TABLE kv (k, v);")
        for rest in ["table=none?keycol=k?datacol=v", "table=kv?keycol=none?datacol=v"] {
          let error = await #expect(throws: DataSetOpenError.self) { _ = try await open(source(files, rest), files) }
          #expect(error?.description.contains("check table=") == true, "\(error?.description ?? "")")
        }
        let set = try await open(source(files), files)
        #expect(try await set.rows(for: "a", all: false).isEmpty)
        try await files.makeSQLite("t.sqlite3", "DROP TABLE kv")
        await #expect(throws: DataSetError.self) { _ = try await set.rows(for: "a", all: false) }
        try await files.makeSQLite("t.sqlite3", "CREATE TABLE kv (k, v); INSERT INTO kv VALUES ('a', 1);")
        try await eventually("it is found", within: .seconds(2)) {
          (try? await set.rows(for: "a", all: false).first?.value) == .columns(["1"])
        }
      }
    }

    @Test
    func `a missing backend is named, with the package to install`() async throws {
      let error = await #expect(throws: DataSetOpenError.self) {
        _ = try await OpenedSet.open("dsn:nonesuch://localhost/mail/table=kv?keycol=k?datacol=v")
      }
      #expect(error?.description.contains("install libopendbx1-nonesuch") == true, "\(error?.description ?? "")")
      let tls = await OpenedSet.refusal("dsn:mssql://localhost/mail/table=kv?keycol=k?datacol=v?tls=yes")
      #expect(tls?.contains("tls= is set") == true)
    }
  }
#endif
