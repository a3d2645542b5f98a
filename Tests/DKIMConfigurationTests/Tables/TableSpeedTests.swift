import DKIMCore
import Testing

@testable import DKIMConfiguration

/// Guards against work that grows with the table, by comparing a large table with a small one.
///
/// `dkim-bench tables` measures exact times; tests are built without optimization and run in parallel.
@Suite("Tables: speed")
struct TableSpeedTests {
  private static let clock = ContinuousClock()

  @Test
  func `a hundred thousand rows load fast and are looked up without a linear search`() async throws {
    let (small, large) = (try await Self.lookUps(rows: 1000), try await Self.lookUps(rows: 100_000))
    #expect(large < small * 10)
  }

  /// The shortest of three measured times for 1000 lookups in both tables.
  private static func lookUps(rows count: Int) async throws -> Duration {
    let start = Self.clock.now
    let keys = KeyTable(
      try await Sets.file((0..<count).map { "key\($0) d\($0).example:s:/k/\($0)" }.joined(separator: "\n")))
    let table = SigningTable(
      try await Sets.file((0..<count).map { "d\($0).example key\($0)" }.joined(separator: "\n")))
    #expect(Self.clock.now - start < .seconds(60))
    let checked = Self.clock.now
    #expect(await table.problems(against: keys).isEmpty)
    #expect(Self.clock.now - checked < .seconds(60))
    return try await Self.fastest {
      for number in stride(from: 0, to: count, by: count / 1000) {
        let domain = try DomainName("d\(number).example")
        let match = try await table.matches(for: MailAddress(localPart: "a", domain: domain), all: false).first
        let entry = try await keys.entry(named: match?.keyName ?? "", senderDomain: domain)
        #expect(entry?.domain == domain)
      }
    }
  }

  private static func fastest(_ work: () async throws -> Void) async throws -> Duration {
    var best = Duration.seconds(3600)
    for _ in 0..<3 {
      let start = clock.now
      try await work()
      best = min(best, clock.now - start)
    }
    return best
  }

  @Test(arguments: ["*@d%.example", "u%@*", "u%*@x.example", "(a|b)@d%.example"])
  func `ten thousand patterns are not tried one by one`(pattern: String) async throws {
    let small = try await Self.matches(pattern, rows: 1000)
    let large = try await Self.matches(pattern, rows: 10_000)
    #expect(large < small * 5)
  }

  /// The shortest of three measured times for 1000 senders.
  private static func matches(_ pattern: String, rows count: Int) async throws -> Duration {
    let table = SigningTable(
      try await Sets.patterns(
        (0..<count).map { pattern.replacing("%", with: "\($0)") + " k\($0)" }.joined(separator: "\n")))
    return try await fastest {
      for number in 0..<1000 {
        let hit = MailAddress(localPart: "u\(number)", domain: try DomainName("d\(number).example"))
        _ = try await table.matches(for: hit, all: true)
      }
    }
  }

  @Test
  func `a list of ten thousand hosts is not searched linearly for each client`() async throws {
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
