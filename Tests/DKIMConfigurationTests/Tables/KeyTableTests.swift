import DKIMCore
import Testing

@testable import DKIMConfiguration

@Suite("KeyTable")
struct KeyTableTests {
  private static func entry(
    _ value: String, sender: String = "Sender.example", base: String? = nil
  ) async throws -> KeyTable.Entry? {
    let table = KeyTable(try await Sets.file("name \(value)", caseSensitive: true), baseDirectory: base)
    return try await table.entry(named: "name", senderDomain: DomainName(sender))
  }

  @Test(
    arguments: [
      ("example.com:s:/etc/k", "example.com", KeyLocation.file("/etc/k"), nil),
      ("%:s:/etc/k", "sender.example", .file("/etc/k"), nil),
      ("%:s:/etc/%/k-%", "sender.example", .file("/etc/sender.example/k-sender.example"), nil),
      ("example.com:s:/etc/%/k", "example.com", .file("/etc/example.com/k"), nil),
      ("example.com:s:./%/k", "example.com", .file("./%/k"), nil),
      ("example.com:s:/etc/a:b", "example.com", .file("/etc/a:b"), nil),
      ("example.com:s:/etc/a:b:ed25519-sha256", "example.com", .file("/etc/a:b"), .ed25519),
      ("example.com:s:/etc/k:RSA-SHA256", "example.com", .file("/etc/k"), .rsa),
      ("example.com:s:/etc/k:ed25519", "example.com", .file("/etc/k"), .ed25519),
      ("example.com:s:/etc/rsa-sha256", "example.com", .file("/etc/rsa-sha256"), nil),
      ("example.com:s:MIIabc", "example.com", .inline(Array("MIIabc".utf8)), nil),
    ] as [(String, String, KeyLocation, KeyType?)])
  func `Domain, selector, key and algorithm`(value: String, domain: String, key: KeyLocation, algorithm: KeyType?)
    async throws
  {
    let entry = try #require(try await Self.entry(value))
    #expect(entry.domain == (try DomainName(domain)))
    #expect(entry.selector.text == "s")
    #expect(entry.key == key)
    #expect(entry.algorithm == algorithm)
    #expect(entry.location?.line == 1)
  }

  @Test
  func `only relative paths start at BaseDirectory`() async throws {
    #expect(try await Self.entry("a:s:./k", base: "/etc/dkim")?.key == .file("/etc/dkim/./k"))
    #expect(try await Self.entry("a:s:../k", base: "/etc/dkim/")?.key == .file("/etc/dkim/../k"))
    #expect(try await Self.entry("a:s:/k", base: "/etc/dkim")?.key == .file("/k"))
  }

  @Test(arguments: [
    ("", "a domain is missing"), ("example.com", "a selector is missing"), ("example.com:s", "a key is missing"),
    ("example.com::/k", "a selector is missing"), (":s:/k", "a domain is missing"), ("exa mple:s:/k", "the domain"),
    ("example.com:s s:/k", "the selector"), ("example.com:s:/k:rsa-sha1", "is not a signing algorithm"),
    ("example.com:s::ed25519", "a key is missing"),
  ])
  func `an invalid row is an error with its file and line`(value: String, words: String) async throws {
    await #expect {
      _ = try await Self.entry(value)
    } throws: { error in
      guard case KeyTableError.corrupt(let name, let why, let location) = error else { return false }
      return name == "name" && why.contains(words) && location?.line == 1
        && "\(error)".hasPrefix("KeyTable entry for 'name' corrupt: ")
    }
    let problems = await KeyTable(try await Sets.file("name \(value)")).problems()
    #expect(problems.map(\.severity) == [.error])
  }

  @Test
  func `names are case-sensitive if the set is, and a missing name is not an error`() async throws {
    let table = KeyTable(try await Sets.file("Name a:s:/k", caseSensitive: true))
    let sender = try DomainName("x")
    #expect(try await table.entry(named: "Name", senderDomain: sender) != nil)
    #expect(try await table.entry(named: "name", senderDomain: sender) == nil)
  }

  @Test
  func `columns of a database; the fourth is an algorithm`() async throws {
    struct Columns: DataSet {
      let specification = "dsn:"
      let values: [String?]
      func rows(for key: String, all: Bool) async throws(DataSetError) -> [DataSetRow] {
        if key == "down" { throw .temporary("down") }
        return [DataSetRow(key: key, value: .columns(values), location: nil)]
      }
      func allRows(limit: Int) async throws(DataSetError) -> [DataSetRow] { throw .notWalkable }
    }
    let sender = try DomainName("x")
    let entry = try await KeyTable(Columns(values: ["a", "s", "/k:rsa", nil])).entry(named: "n", senderDomain: sender)
    #expect(entry?.key == .file("/k"))
    let other = try await KeyTable(Columns(values: ["a", "s", "/k", "ed25519"])).entry(named: "n", senderDomain: sender)
    #expect(other?.algorithm == .ed25519)
    for values: [String?] in [["a", "s", nil], [], ["a"], ["a", nil, "/k"]] {
      await #expect(throws: KeyTableError.self) {
        try await KeyTable(Columns(values: values)).entry(named: "n", senderDomain: sender)
      }
    }
    await #expect(throws: KeyTableError.dataSet(.temporary("down"))) {
      try await KeyTable(Columns(values: [])).entry(named: "down", senderDomain: sender)
    }
  }

  @Test
  func `rows that do not depend on the sender can be read in advance`() async throws {
    let table = KeyTable(try await Sets.file("a a:s:/k\nb %:s:/k\nc c:s:/%/k\nd d"))
    #expect(try await table.entries().map(\.name) == ["a", "c"])
  }

  @Test
  func `a path without ./ and an invalid key are reported`() async throws {
    let problems = await KeyTable(try await Sets.file("a a:s:keys/a.private\nb b:s:MIIabc\na a:s:/k")).problems()
    #expect(problems.map(\.location?.line) == [1, 2, 3])
    #expect(problems[0].fix == "write ./keys/a.private, or the absolute path")
    #expect(problems[1].text.contains("in the KeyTable is invalid"))
  }

  @Test
  func `rows of the SigningTable that name an unknown key are reported`() async throws {
    let keys = KeyTable(try await Sets.file("k1 example.com:s:/k\nk2 %:s:/k\nbad x\n"))
    let table = SigningTable(
      try await Sets.file(
        "a.example k1\nb.example none\nc.example k1:x@example.com\nd.example k1:x@example.org\ne.example %\n"
          + "f.example bad\ng.example none:y@z\nh.example k2:x@any.example\ni.example k1:u@sub.example.com"))
    let problems = await table.problems(against: keys)
    #expect(problems.map(\.location?.line) == [2, 4, 7])
    #expect(problems[0].text == "signing table references unknown key 'none'")
    #expect(problems[1].severity == .warning)
    #expect(await table.problems(against: KeyTable(RemoteSet(rows: [:]))).count == 8)
  }

  @Test
  func `no error shows what may be a private key, in any field`() async throws {
    let ed25519 = "MC4CAQAwBQYDK2VwBCIEIBdp2TDjY4bFp3UqTz0tZ9Xw1RkLmN8vQeHsGcA5Jy6o"
    let rsa = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj"
    let raw = "dGhpcyBpcyBub3QgYSBrZXkgYnV0IGl0IGNvdWxkIGJlIG9uZQ=="
    let pem = "-----BEGIN PRIVATE KEY-----MC4CAQAwBQYDK2VwBCIEIBdp2TDjY4bFp3UqTz0tZ9Xw1R-----END PRIVATE KEY-----"
    for key in [ed25519, rsa, raw, pem, ed25519 + ".x"] {
      let rows: [[String]] = [
        [key, "example.com", "s"], ["example.com", key, "s"], ["example.com", "s!", key],
        ["example.com", "s", key + "!"],
        ["example.com", "s", "/k", key],
      ]
      for columns in rows {
        let table = KeyTable(ColumnSet(values: columns))
        let texts =
          await table.problems().map { "\($0)" }
          + (try await table.rows().map { row in if case .corrupt(let why) = row.content { why } else { "" } })
        #expect(!texts.joined().isEmpty, "\(columns)")
        let pieces = [key.prefix(12), key.dropFirst(30).prefix(12)]
        #expect(!pieces.contains { piece in texts.contains { $0.contains(piece) } }, "\(texts)")
      }
    }
    let problems = await KeyTable(ColumnSet(values: ["exa mple.com", "s", "/k"])).problems()
    #expect(problems.first?.text.contains("\"exa mple.com\"") == true)
  }
}

/// One row with columns.
private struct ColumnSet: DataSet {
  let specification = "dsn:"
  let values: [String?]

  func rows(for key: String, all: Bool) async throws(DataSetError) -> [DataSetRow] {
    [DataSetRow(key: key, value: .columns(values), location: nil)]
  }

  func allRows(limit: Int) async throws(DataSetError) -> [DataSetRow] {
    [DataSetRow(key: "mail", value: .columns(values), location: nil)]
  }
}
