import Testing

@testable import DKIMCore
@testable import DKIMDNS

extension DNSTests {
  @Suite("Keys without a network")
  struct TableTests {
    static func query(_ selector: String, _ domain: String) throws -> KeyQuery {
      try #require(KeyQuery(domain: DomainName(domain), selector: Selector(selector)))
    }

    @Test
    func `a fixed table`() async throws {
      let source = FixedKeySource(
        [
          "S._DomainKey.Example.COM.": [bytes("a")], "s._domainkey.example.com": [bytes("b")],
          "empty._domainkey.example.com": [],
        ], secure: true)
      guard case .records(let records, secure: true) = await source.answer(try Self.query("s", "example.com")) else {
        Issue.record("no records")
        return
      }
      #expect(Set(records) == [bytes("a"), bytes("b")])
      #expect(await source.answer(try Self.query("empty", "example.com")) == .noData(secure: true))
      #expect(await source.answer(try Self.query("none", "example.com")) == .noSuchName(secure: true))
    }

    @Test
    func `a key file`() async throws {
      let text = """
        # keys

        s._domainkey.example.com v=DKIM1; k=rsa;  p=AAAA\u{20}\u{20}
        \tS._domainkey.Example.com.\t"v=DKIM1; " "p=\\"\\\\\\065" \t""\r
        quote._domainkey.example.com p="x"
        u._domainkey.bücher.example   p=#1
        last._domainkey.example.com "unended lines count"
        """
      let source = try KeyFileSource(bytes(text), path: "keys")
      #expect(
        await source.answer(try Self.query("s", "example.com"))
          == .records([bytes("v=DKIM1; k=rsa;  p=AAAA"), bytes("v=DKIM1; p=\"\\A")], secure: false))
      #expect(
        await source.answer(try Self.query("quote", "example.com")) == .records([bytes("p=\"x\"")], secure: false))
      #expect(
        await source.answer(try Self.query("u", "xn--bcher-kva.example")) == .records([bytes("p=#1")], secure: false))
      #expect(
        await source.answer(try Self.query("last", "example.com"))
          == .records([bytes("unended lines count")], secure: false))
      #expect(await source.answer(try Self.query("none", "example.com")) == .noSuchName(secure: false))
    }

    @Test(arguments: [
      ("a.example", "the end of the line", "TXT data after a.example"),
      ("a.example \"x", "the end of the line", "a closing quote"),
      ("a.example \"x\\", "the end of the line", "a character after \\"),
      ("a.example \"x\" y", "\"y\"", "another quoted string or the end of the line"),
      ("a.example \"\\25\"", "\\ with fewer than three digits", "\\DDD"),
      ("a.example \"\\256\"", "\\256", "\\000 to \\255"), ("a..b", "the end of the line", "TXT data after a..b"),
    ])
    func `errors in a key file are reported with the line number`(_ line: String, found: String, expected: String) {
      let error = KeyFileError.line(path: "keys", line: 3, found: found, expected: expected)
      #expect(throws: error) { try KeyFileSource(bytes("# one\n\n\(line)\nok.example x\n"), path: "keys") }
      #expect(error.description == "keys:3: found \(found), expected \(expected)")
    }

    @Test
    func `names that are not host names are accepted; rows with names that are invalid in DNS are reported`()
      async throws
    {
      let long = String(repeating: "a", count: 64)
      let text = """
        6GCVVNB3JUNQJQPXXWLDNXMXCTDQXSUS====._ATPS.example.net. v=ATPS1
        a..b x
        . x
        s._domainkey.\(long).example x
        s+t/u:!*._domainkey.example.com p=1
        bü=cher._domainkey.example.com x
        s._domainkey.example.com p=2
        """
      let source = try KeyFileSource(bytes(text), path: "keys")
      let found = ["\"a..b\", which has an empty label at byte 3", "\".\", which has an empty label at byte 1"]
      #expect(source.skippedRows.count == 4)
      for (row, (line, found)) in zip(source.skippedRows, zip([2, 3], found)) {
        #expect(row == .line(path: "keys", line: line, found: found, expected: "a domain name"))
      }
      #expect(source.skippedRows.last?.description.hasPrefix("keys:6: found \"bü=cher._domainkey") == true)
      #expect(
        await source.answer(try Self.query("s", "example.com")) == .records([bytes("p=2")], secure: false))
      let (table, _) = try KeyFile.table(bytes(text), path: "keys")
      #expect(table["6GCVVNB3JUNQJQPXXWLDNXMXCTDQXSUS====._ATPS.example.net"] == [bytes("v=ATPS1")])
      #expect(table["s+t/u:!*._domainkey.example.com"] == [bytes("p=1")])
    }

    @Test
    func `a missing file, and a directory`() {
      #expect(throws: KeyFileError.unreadable(path: "/nowhere/keys", reason: "No such file or directory")) {
        try KeyFileSource(path: "/nowhere/keys")
      }
      #expect(throws: KeyFileError.unreadable(path: "/proc", reason: "Is a directory")) {
        try KeyFileSource(path: "/proc")
      }
    }
  }
}
