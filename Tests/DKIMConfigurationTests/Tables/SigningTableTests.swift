import DKIMCore
import Testing

@testable import DKIMConfiguration

@Suite("SigningTable")
struct SigningTableTests {
  private static func keys(_ table: SigningTable, _ sender: String, all: Bool = false) async throws -> [String] {
    try await table.matches(for: address(sender), all: all).map(\.keyName)
  }

  @Test
  func `rows are looked up in the documented order`() async throws {
    let rows = [
      "alice@sub.example.com 1", "sub.example.com 2", "alice@.example.com 3", ".example.com 4", "alice@.com 5",
      ".com 6", "alice@* 7", "* 8",
    ]
    for first in rows.indices {
      let table = SigningTable(try await Sets.file(rows[first...].reversed().joined(separator: "\n")))
      let expected = rows[first...].map { String($0.suffix(1)) }
      #expect(try await Self.keys(table, "Alice@Sub.Example.COM", all: true) == expected)
      #expect(try await Self.keys(table, "alice@sub.example.com") == Array(expected.prefix(1)))
    }
  }

  @Test
  func `a leading dot matches subdomains, not the domain itself`() async throws {
    let table = SigningTable(try await Sets.file(".example.com k"))
    #expect(try await Self.keys(table, "a@example.com").isEmpty)
    #expect(try await Self.keys(table, "a@x.example.com") == ["k"])
  }

  @Test
  func `patterns are matched against USER@DOMAIN in the order of the file`() async throws {
    let table = SigningTable(try await Sets.patterns("example.com a\n*@*.example.com b\n*@EXAMPLE.com c\nbob@* d"))
    #expect(try await Self.keys(table, "Bob@example.com", all: true) == ["c", "d"])
    #expect(try await Self.keys(table, "alice@x.example.com") == ["b"])
    #expect(try await Self.keys(table, "alice@example.net").isEmpty)
  }

  @Test
  func `all matches sign, also if there are more than two`() async throws {
    let rows = (1...5).map { "*@example.com k\($0)" }.joined(separator: "\n")
    let table = SigningTable(try await Sets.patterns(rows))
    #expect(try await Self.keys(table, "a@example.com", all: true) == ["k1", "k2", "k3", "k4", "k5"])
    #expect(try await Self.keys(table, "a@example.com") == ["k1"])
  }

  @Test
  func `the same key and identity sign only once`() async throws {
    let table = SigningTable(try await Sets.patterns("*@example.com k\na* k\n* k:x@example.com"))
    let matches = try await table.matches(for: address("a@example.com"), all: true)
    #expect(matches.map(\.identity) == [nil, "x@example.com"])
  }

  @Test(
    arguments: [
      ("k", "k", nil), ("%", "sub.example.com", nil), ("k:%", "k", "@sub.example.com"),
      ("k:@%", "k", "@sub.example.com"),
      ("k:x@%", "k", "x@sub.example.com"), ("k:example.com", "k", "@example.com"), ("k:", "k", nil),
      ("k:a@b:c", "k", "a@b:c"), ("x%", "x%", nil),
    ] as [(String, String, String?)])
  func `a percent sign means the sender's domain, in the key name and in the identity`(
    value: String, key: String, identity: String?
  ) async throws {
    let table = SigningTable(try await Sets.patterns("* \(value)"))
    let match = try #require(try await table.matches(for: address("a@Sub.example.com"), all: false).first)
    #expect(match.keyName == key)
    #expect(match.identity == identity)
  }

  @Test
  func `a signer without an @ does not keep mail from being signed`() async throws {
    let table = SigningTable(try await Sets.file("example.com k1:%"))
    let match = try #require(try await table.matches(for: address("a@example.com"), all: false).first)
    #expect(match.identity == "@example.com")
    #expect(await table.problems().map(\.severity) == [.note])
  }

  @Test
  func `a row without a key name is reported with its line, and is an error for mail, never a miss`() async throws {
    for set in [try await Sets.patterns("a@x k\n*@example.com\n"), try await Sets.file("a@x k\nexample.com\n")] {
      let table = SigningTable(set)
      let problem = try #require(await table.problems().first)
      #expect(problem.severity == .error)
      #expect(problem.location?.line == 2)
      await #expect(throws: DataSetError.self) {
        try await table.matches(for: address("b@example.com"), all: false)
      }
      #expect(try await Self.keys(table, "a@x") == ["k"])
    }
  }

  @Test
  func `an asterisk in a table without patterns is reported with a fix`() async throws {
    let table = SigningTable(
      try await Sets.file("*@example.com k\n*@*.example.net k\n* k\nbob@* k\n@x.example k\n*.y k"))
    let problems = await table.problems()
    #expect(problems.map(\.location?.line) == [1, 2, 5, 6])
    #expect(problems[0].fix == "write example.com, or write refile: before the path of the table")
    #expect(problems[1].fix == "write .example.net, or write refile: before the path of the table")
    #expect(problems[2].fix == "write x.example")
    #expect(problems[3].fix == "write refile: before the path of the table")
  }

  @Test
  func `with MultipleSignatures, a pattern may occur twice with different keys`() async throws {
    let table = SigningTable(try await Sets.patterns("*@a.example k1\n*@a.example k2\n*@a.example k1\n"))
    #expect(await table.problems().map(\.location?.line) == [2, 3])
    #expect(await table.problems(everyRowCounts: true).map(\.location?.line) == [3])
  }

  @Test
  func `a row with only a domain in a table of patterns is reported`() async throws {
    let problems = await SigningTable(try await Sets.patterns("example.com k\n.example.net k\n* k\n(a|b) k")).problems()
    #expect(problems.map(\.fix) == ["write *@example.com", "write *@*.example.net"])
  }

  @Test
  func `a sender with an internationalized domain is found under either spelling`() async throws {
    for key in ["bücher.example", "xn--bcher-kva.example"] {
      let table = SigningTable(try await Sets.file("\(key) k:%"))
      let match = try #require(try await table.matches(for: address("a@bücher.example"), all: true).first)
      #expect(match.identity == "@xn--bcher-kva.example")
    }
  }

  @Test
  func `an unavailable table is an error, not a miss`() async throws {
    let table = SigningTable(RemoteSet(rows: ["*": "k"]))
    #expect(try await Self.keys(table, "a@example.com") == ["k"])
    await #expect(throws: DataSetError.self) {
      try await table.matches(for: MailAddress(localPart: "x", domain: DomainName("down")), all: false)
    }
    #expect(await table.nearMisses(for: try address("a@example.com")).isEmpty)
    #expect(await table.problems().isEmpty)
  }
}
