import Testing

@testable import DKIMConfiguration

@Suite("Host lists")
struct HostListTests {
  /// A list in memory, a table of patterns and a server, all with the same rows, for the same lookups.
  private static func lists(_ text: String) async throws -> [HostList] {
    let rows = text.split(separator: ",").map { String($0) }
    let patterns = rows.map { $0.replacing("[", with: "\\[").replacing("]", with: "\\]") }.joined(separator: "\n")
    return [
      HostList(try await Sets.list(text)), HostList(try await Sets.patterns(patterns)),
      HostList(RemoteSet(rows: Dictionary(rows.map { ($0, "") }) { a, _ in a })),
    ]
  }

  @Test
  func `a pattern that matches a name after an exclamation mark does not negate it`() async throws {
    let hosts = HostList(try await Sets.patterns("*.example.com\n!bad.example.com\n"))
    // The first row that matches is used, as in every table of patterns.
    #expect(try await hosts.match(name: "mail.example.com", address: nil)?.row.key == "*.example.com")
    #expect(try await hosts.decision(name: "bad.example.com", address: nil).match == nil)
  }

  @Test(
    arguments: [
      ("mail.example.com", "mail.example.com", nil, "mail.example.com"),
      ("mail.example.com", "MAIL.Example.com.", nil, "MAIL.Example.com"),
      (".example.com", "a.b.example.com", nil, ".example.com"), (".example.com", "example.com", nil, nil),
      (".com,.example.com", "a.example.com", nil, ".example.com"), ("example.com", "a.example.com", nil, nil),
      (".example.com,!bad.example.com", "bad.example.com", nil, nil),
      (".com,!.example.com", "a.example.com", nil, nil),
      ("192.0.2.1", nil, "192.0.2.1", "192.0.2.1"), ("192.0.2.0/24", nil, "192.0.2.77", "192.0.2.0/24"),
      ("192.0.2.0/24,!192.0.2.9", nil, "192.0.2.9", nil), ("!192.0.2.0/25,192.0.2.0/24", nil, "192.0.2.9", nil),
      ("!192.0.2.0/24,192.0.2.0/25", nil, "192.0.2.9", "192.0.2.0/25"),
      ("192.0.2.0/24", nil, "192.0.3.1", nil), ("0.0.0.0/0", nil, "203.0.113.9", "0.0.0.0/0"),
      ("192.0.2.9/24", nil, "192.0.2.9", nil), ("192.0.2.9/32", nil, "192.0.2.9", "192.0.2.9/32"),
      ("2001:db8::/32", nil, "2001:db8:1::5", "2001:db8::/32"), ("::1", nil, "::1", "::1"),
      ("::/0", nil, "192.0.2.1", nil), ("192.0.2.0/24", nil, "::ffff:192.0.2.5", "192.0.2.0/24"),
      ("::ffff:0.0.0.0/96", nil, "::ffff:192.0.2.5", "::ffff:0.0.0.0/96"),
      ("!bad.example.com,192.0.2.1", "bad.example.com", "192.0.2.1", "192.0.2.1"),
      ("!bad.example.com,192.0.2.2", "bad.example.com", "192.0.2.1", nil), ("", "a", "192.0.2.1", nil),
    ] as [(String, String?, String?, String?)])
  func `names, then addresses, then networks`(list: String, name: String?, address: String?, key: String?) async throws
  {
    for hosts in try await Self.lists(list) {
      // In a remote list, case sensitivity depends on the store.
      if hosts.set is RemoteSet, name?.contains("M") == true { continue }
      let match = try await hosts.match(name: name, address: address.flatMap { IPAddress($0) })
      #expect(match?.key == key, "\(hosts.set)")
    }
  }

  @Test
  func `addresses in brackets`() async throws {
    let text = "[192.0.2.1],[2001:db8::]/32,![2001:db8::9]"
    for hosts in try await Self.lists(text) {
      #expect(try await hosts.match(name: nil, address: IPAddress("192.0.2.1")) != nil)
      #expect(try await hosts.match(name: nil, address: IPAddress("2001:db8::8")) != nil)
      #expect(try await hosts.match(name: nil, address: IPAddress("2001:db8::9")) == nil)
    }
  }

  @Test
  func `why a client is not in a list`() async throws {
    for hosts in try await Self.lists("192.0.2.0/24,!192.0.2.9") {
      guard case .excluded(let match) = try await hosts.decision(name: "x", address: IPAddress("192.0.2.9")) else {
        Issue.record("not excluded")
        continue
      }
      #expect(match.key == "!192.0.2.9")
      #expect(try await hosts.decision(name: "x", address: IPAddress("192.0.3.9")) == .absent)
    }
    let hosts = HostList(try await Sets.list("a,192.0.2.0/24"))
    #expect(try await hosts.match(name: nil, address: IPAddress("192.0.2.1"))?.row.location?.line == 7)
  }

  @Test
  func `the default list is this machine`() async throws {
    for text in ["127.0.0.1", "::1", "::ffff:127.0.0.1"] {
      #expect(try await HostList.loopback.match(name: "localhost", address: IPAddress(text)) != nil)
    }
    #expect(try await HostList.loopback.match(name: "localhost", address: IPAddress("127.0.0.2")) == nil)
    #expect(try await HostList.loopback.match(name: nil, address: nil) == nil)
    #expect(await HostList.loopback.decidesAboutLoopback())
    #expect(await HostList(try await Sets.list("192.0.2.1")).decidesAboutLoopback() == false)
    #expect(await HostList(try await Sets.list("127.0.0.0/8")).decidesAboutLoopback())
  }

  @Test
  func `an address that is not in canonical form is found`() async throws {
    let hosts = HostList(try await Sets.list("2001:DB8:0::1,2001:db8:0:1::/64"))
    #expect(try await hosts.match(name: nil, address: IPAddress("2001:db8::1"))?.key == "2001:db8::1")
    #expect(try await hosts.match(name: nil, address: IPAddress("2001:db8:0:1::7"))?.key == "2001:db8:0:1::/64")
  }

  @Test
  func `an unavailable server is an error, not a miss`() async throws {
    let hosts = HostList(RemoteSet(rows: [:]))
    await #expect(throws: DataSetError.self) { try await hosts.match(name: "down", address: nil) }
  }

  @Test(arguments: [
    ("192.0.2.9/24", "write 192.0.2.0/24"), ("!2001:db8::1/32", "write !2001:db8::/32"),
    ("*.example.com", "write .example.com"), ("10.0.0.0/255.0.0.0", "write ADDRESS/BITS"), ("10.0.0", "four numbers"),
    ("127.0.0.1 ::1", "separate entries with commas"), ("a,A", "remove one of the two rows"),
  ])
  func `rows that never match a client are reported with a fix`(list: String, fix: String) async throws {
    let problems = await HostList(try await Sets.list(list)).problems()
    #expect(problems.count == 1)
    #expect(problems.first?.fix?.contains(fix) == true)
    #expect(problems.first?.severity == .warning)
  }

  @Test
  func `valid rows have no problems`() async throws {
    let text = "127.0.0.1,::1,localhost,.example.com,!a.b,192.0.2.0/24,[192.0.2.1],2001:db8::/32,1.example"
    #expect(await HostList(try await Sets.list(text)).problems().isEmpty)
  }

  @Test
  func `a very long name from an attacker costs nothing`() async throws {
    let hosts = HostList(RemoteSet(rows: [:]))
    let name = String(repeating: "a.", count: 500_000)
    #expect(try await hosts.match(name: name, address: nil) == nil)
  }
}
