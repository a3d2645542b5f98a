@testable import DataSetTestSupport

#if LDAP
  import DKIMConfiguration
  import DKIMDataSets
  import TestSupport
  import Testing

  /// A directory with all rows, for suites that do not delete any.
  enum FullDirectory {
    @TaskLocal static var current: DirectoryServer?

    static var server: DirectoryServer {
      get throws { try #require(current) }
    }

    static let special = 20_000

    static var entries: [DirectoryEntry] {
      let rows = DirectoryServer.rows
      let others = [
        DirectoryEntry.row(
          special,
          [
            ("dkimName", "three"), ("dkimDomain", "example.com"), ("dkimSelector", "sel"),
            ("dkimKey", "/etc/dkimkeys/a:b.private"),
          ]),
        .row(special + 1, [("dkimName", "two"), ("dkimDomain", "example.com"), ("dkimKey", "key")]),
        .row(special + 2, [("dkimName", "many values"), ("dkimValue", "first"), ("dkimValue", "second")]),
        .row(special + 3, [("dkimName", "twins"), ("dkimValue", "elder")]),
        .row(special + 4, [("dkimName", "twins"), ("dkimValue", "younger")]),
        .row(special + 5, [("dkimName", "(brackets)*\\"), ("dkimValue", "odd")]),
        DirectoryEntry(
          "cn=bytes,\(rows)",
          bytes: [
            ("objectClass", Array("dkimRow".utf8)), ("dkimName", Array("bytes".utf8)),
            ("dkimKey", [0x61, 0xFF, 0, 0x62]),
          ]),
        DirectoryEntry(
          "cn=huge,\(rows)",
          bytes: [
            ("objectClass", Array("dkimRow".utf8)), ("dkimName", Array("huge".utf8)),
            ("dkimKey", [UInt8](repeating: 0x78, count: (1 << 20) + 1)),
          ]),
        DirectoryEntry(
          "cn=a\\2Cb \\2B c\\3D\\22d\\22\\5C\\3C\\3E\\3B\\23,\(rows)",
          [("objectClass", "dkimRow"), ("cn", "a,b + c=\"d\"\\<>;#"), ("dkimValue", "by its name")]),
        .row(special + 6, [("dkimName", "hidden"), ("dkimValue", "secret")], below: DirectoryServer.secrets),
      ]
      let domains = [("test", ""), ("example", "dc=test,"), ("mail", "dc=example,dc=test,")].map { label, parent in
        DirectoryEntry(
          "dc=\(label),\(parent)\(DirectoryServer.domains)",
          [("objectClass", "dkimRow"), ("dc", label), ("dkimName", "postmaster"), ("dkimValue", "of \(label)")])
      }
      return DirectoryEntry.rows(StoreRows.odd.filter { $0.key != "empty" } + StoreRows.many) + others + domains
    }
  }

  struct FullDirectoryTrait: SuiteTrait, TestScoping {
    func provideScope(
      for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
      let server = try await DirectoryServer(FullDirectory.entries)
      try await FullDirectory.$current.withValue(server) { try await function() }
      server.stop()
    }
  }

  @Suite(
    "LDAP lookups", .enabled(if: DirectoryServer.isInstalled, "slapd is not installed"), FullDirectoryTrait())
  struct DirectoryTests {
    private func open(
      _ query: String, _ change: (inout DataSetOptions) -> Void = { _ in }
    ) async throws -> any DataSet {
      try await DirectorySet.open(try FullDirectory.server.url + query, change)
    }

    @Test
    func `ten thousand rows, unusual ones, and missing keys`() async throws {
      let set = try await open(DirectorySet.simpleQuery)
      // No directory stores empty values.
      try await StoreRows.expectAll(in: set, skipping: ["empty"])
      #expect(try await set.rows(for: "PLAIN", all: false).count == 1)
    }

    @Test
    func `attributes are columns in the order of the URL; missing ones are empty, and only the first value is used`()
      async throws
    {
      let set = try await open("/\(DirectoryServer.rows)?dkimKey,dkimDomain,dkimSelector?sub?(dkimName=$d)")
      #expect(try await set.columns("three") == ["/etc/dkimkeys/a:b.private", "example.com", "sel"])
      #expect(try await set.columns("two") == ["key", "example.com", nil])
      #expect(try await set.columns("twins") == [nil, nil, nil])
      #expect(try await set.columns("bytes")?.first == "a\u{FFFD}\u{0}b")
      let values = try await open(DirectorySet.simpleQuery)
      #expect(try await values.columns("many values") == ["first"])
      #expect(try await values.columns("twins") == ["elder"])
      #expect(try await values.columns("(brackets)*\\") == ["odd"])
    }

    @Test
    func `without attributes only the existence of a key is reported`() async throws {
      let set = try await open("/\(DirectoryServer.rows)??one?(dkimName=$d)")
      #expect(try await set.columns("plain") == [])
      #expect(try await set.columns("absent") == nil)
    }

    @Test
    func `a value above the limit is an error, and later lookups work`() async throws {
      let set = try await open("/\(DirectoryServer.rows)?dkimKey?one?(dkimName=$d)")
      let (error, _) = await set.failure("huge")
      guard case .unusable(let why) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(why.contains("a value of \"dkimKey\" has 1048577 bytes"))
      #expect(try await set.columns("two") == ["key"])
    }

    @Test
    func `a key is never interpreted as a filter or a DN`() async throws {
      let filter = try await open("/\(DirectoryServer.rows)?dkimValue?sub?(dkimName=$d)")
      for key in ["*", "p*", "*)(objectClass=*", "x)(|(dkimName=plain)", "plain)", "\\70lain", "plain\\"] {
        #expect(try await filter.columns(key) == (key == "*" ? ["asterisk"] : nil), "\(key)")
      }
      let name = try await open("/cn=$d,\(DirectoryServer.rows)?dkimValue")
      #expect(try await name.columns("1") == ["value"])
      #expect(try await name.columns("a,b + c=\"d\"\\<>;#") == ["by its name"])
      for key in [
        "1,ou=rows", "1+dkimName=plain", "1\\", "", " ", "#31", "\"1\"", "x,\(DirectoryServer.suffix)", "nul\u{0}",
      ] {
        #expect(try await name.columns(key) == nil, "\(key)")
      }
      let everywhere = try await open("/cn=$d,\(DirectoryServer.rows)?dkimValue?sub?(objectClass=*)")
      #expect(try await everywhere.columns("1,\(DirectoryServer.rows)") == nil)
    }

    @Test
    func `the variable $D is the key as domain components, in the base and in a filter`() async throws {
      let set = try await open("/$D,\(DirectoryServer.domains)?dkimValue?base?(dkimName=postmaster)")
      #expect(try await set.columns("test") == ["of test"])
      #expect(try await set.columns("mail.example.test") == ["of mail"])
      for key in ["", ".", "example", ".example.test", "example..test", "evil,dc=example.test", "b\u{FC}cher.test"] {
        #expect(try await set.columns(key) == nil, "\(key)")
      }
      let dn = try await open("/\(DirectoryServer.domains)?dkimValue?sub?(entryDN=$D,\(DirectoryServer.domains))")
      #expect(try await dn.columns("example.test") == ["of example"])
      #expect(try await dn.columns("*") == nil)
    }

    @Test
    func `scopes`() async throws {
      let base = DirectoryServer.domains
      let found = [("base", 0), ("one", 1), ("sub", 2), ("children", 2)]
      for (scope, count) in found {
        let set = try await open("/\(base)?dkimValue?\(scope)?(dc=$d)")
        let hits = try await [set.columns("test"), set.columns("mail")].compactMap { $0 }
        #expect(hits.count == count, "\(scope)")
      }
    }

    @Test
    func `all rows are listed only if the filter shows which attribute is the key`() async throws {
      let server = try FullDirectory.server
      let set = try await DirectorySet.open(
        server.url + "/\(DirectoryServer.domains)?dkimValue?sub?(&(dc=$d)(dkimName=*))")
      let rows = try await set.allRows()
      #expect(rows.map(\.key).sorted() == ["example", "mail", "test"])
      #expect(rows.first { $0.key == "mail" }?.value == .columns(["of mail"]))
      #expect(try await set.allRows(limit: 2).count == 2)
      let cannot = [
        "/cn=$d,\(DirectoryServer.rows)?dkimValue", "/\(DirectoryServer.rows)?dkimValue?one?(!(dkimName=$d))",
      ]
      for query in cannot {
        let other = try await open(query)
        await #expect(throws: DataSetError.notWalkable) { _ = try await other.allRows() }
      }
      // By default, slapd lists at most 500 entries.
      let many = try await open(DirectorySet.simpleQuery)
      #expect(try await many.allRows(limit: 300).count == 300)
      await #expect(throws: DataSetError.self) { _ = try await many.allRows() }
      #expect(try await many.columns("plain") == ["value"])
    }

    @Test(.enabled(if: OpenDKIMQuery.isInstalled, "opendkim is not installed"))
    func `results are the same as OpenDKIM's`() async throws {
      let queries = [
        (DirectorySet.simpleQuery, ["plain", "absent", "colons", "many values", "twins", "(brackets)*\\", "*"]),
        ("/\(DirectoryServer.rows)?dkimDomain?sub?(dkimName=$d)", ["three", "two", "twins"]),
        (
          "/$D,\(DirectoryServer.domains)?dkimValue?base?(dkimName=postmaster)",
          ["test", "mail.example.test", "absent.test"]
        ),
        ("/cn=$d,\(DirectoryServer.rows)?dkimValue?base?(objectClass=*)", ["1", "99999"]),
      ]
      let url = try FullDirectory.server.url
      for (query, keys) in queries {
        let set = try await open(query)
        for key in keys {
          let theirs = try await OpenDKIMQuery.run(url + query, key, fields: 1)?.first
          // OpenDKIM does not distinguish a missing attribute from an empty one.
          let ours = try await set.columns(key).map { $0.first ?? nil }.map { $0 ?? "" }
          #expect(ours == theirs, "\(query) \(key)")
        }
      }
    }
  }
#endif
