import DKIMCore
import Testing

@testable import DKIMConfiguration

/// Guards against work that grows with the table; `dkim-bench tables` has the figures. Generous: tests are built
/// without optimization and run beside others.
@Suite("Tables: speed")
struct TableSpeedTests {
  private static let clock = ContinuousClock()

  @Test("A hundred thousand rows load at once and are looked up without a walk")
  func files() async throws {
    let count = 100_000
    let start = Self.clock.now
    let keys = KeyTable(
      try await Sets.file((0..<count).map { "key\($0) d\($0).example:s:/k/\($0)" }.joined(separator: "\n")))
    let table = SigningTable(
      try await Sets.file((0..<count).map { "d\($0).example key\($0)" }.joined(separator: "\n")))
    #expect(Self.clock.now - start < .seconds(60))
    let asked = Self.clock.now
    for number in stride(from: 0, to: count, by: 100) {
      let domain = try DomainName("d\(number).example")
      let match = try await table.matches(for: MailAddress(localPart: "a", domain: domain), all: false).first
      let entry = try await keys.entry(named: match?.keyName ?? "", senderDomain: domain)
      #expect(entry?.domain == domain)
    }
    #expect(Self.clock.now - asked < .seconds(60))
    let checked = Self.clock.now
    #expect(await table.problems(against: keys).isEmpty)
    #expect(Self.clock.now - checked < .seconds(60))
  }

  @Test(
    "Ten thousand patterns are not tried one by one",
    arguments: ["*@d%.example", "u%@*", "u%*@x.example", "(a|b)@d%.example"])
  func patterns(pattern: String) async throws {
    let count = 10_000
    let table = SigningTable(
      try await Sets.patterns(
        (0..<count).map { pattern.replacing("%", with: "\($0)") + " k\($0)" }.joined(separator: "\n")))
    let start = Self.clock.now
    for number in 0..<1000 {
      let hit = MailAddress(localPart: "u\(number)", domain: try DomainName("d\(number).example"))
      _ = try await table.matches(for: hit, all: true)
    }
    #expect(Self.clock.now - start < .seconds(60))
  }

  @Test("A list of ten thousand hosts is not walked for each client")
  func hosts() async throws {
    let hosts = HostList(
      try await Sets.list((0..<10_000).map { "10.\($0 / 250).\($0 % 250).0/24" }.joined(separator: ",")))
    let start = Self.clock.now
    for number in 0..<1000 {
      let address = try #require(IPAddress("10.\(number / 250).\(number % 250).7"))
      #expect(try await hosts.match(name: "mail\(number).example.com", address: address) != nil)
    }
    #expect(Self.clock.now - start < .seconds(60))
  }
}
