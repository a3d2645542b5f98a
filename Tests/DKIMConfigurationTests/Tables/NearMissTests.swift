import DKIMCore
import Testing

@testable import DKIMConfiguration

@Suite("SigningTable: near misses")
struct NearMissTests {
  @Test(
    arguments: [
      ("bob@example.com", "alice@example.com", .otherUser),
      ("example.com", "alice@sub.example.com", .domainAbove(write: ".example.com")),
      ("alice@example.com", "alice@sub.example.com", .domainAbove(write: "alice@.example.com")),
      (".example.com", "alice@example.com", .onlyBelow(write: "example.com")),
      ("*@example.com", "alice@example.com", .noPatternTable(write: "example.com")),
      ("*@*.example.com", "alice@a.example.com", .noPatternTable(write: ".example.com")),
      ("example.net", "alice@example.com", nil), ("com", "alice@example.com", nil),
      ("example.com", "alice@example.com", nil), ("bob@example.net", "alice@example.com", nil),
    ] as [(String, String, SigningTable.NearMiss.Reason?)])
  func `in a table without patterns`(row: String, sender: String, reason: SigningTable.NearMiss.Reason?) async throws {
    let misses = await SigningTable(try await Sets.file("\(row) k")).nearMisses(for: try address(sender))
    #expect(misses.first?.reason == reason)
  }

  @Test(
    arguments: [
      ("example.com", "alice@example.com", .noMailbox(write: "*@example.com")),
      (".example.com", "alice@a.example.com", .noMailbox(write: "*@*.example.com")),
      ("*@example.com", "alice@a.example.com", .domainAbove(write: "*@*.example.com")),
      ("*@*.example.com", "alice@example.com", .onlyBelow(write: "*@example.com")),
      ("bob@example.com", "alice@example.com", .otherUser), ("*@example.com", "alice@example.com", nil),
      ("*@example.net", "alice@example.com", nil),
    ] as [(String, String, SigningTable.NearMiss.Reason?)])
  func `in a table of patterns`(row: String, sender: String, reason: SigningTable.NearMiss.Reason?) async throws {
    let misses = await SigningTable(try await Sets.patterns("\(row) k")).nearMisses(for: try address(sender))
    #expect(misses.first?.reason == reason)
  }

  @Test
  func `only letter case differs`() async throws {
    let table = SigningTable(try await Sets.file("Alice@example.com k", caseSensitive: true))
    #expect(await table.nearMisses(for: try address("alice@example.com")).map(\.reason) == [.letterCase])
    let other = SigningTable(try await Sets.file("Alice@example.com k\nalice@example.com j"))
    #expect(await other.nearMisses(for: try address("alice@example.com")).isEmpty)
  }

  @Test
  func `at most the given number, in the order of the table, with file and line`() async throws {
    let rows = (1...50).map { "user\($0)@example.com k" }.joined(separator: "\n")
    let misses = await SigningTable(try await Sets.file(rows)).nearMisses(for: try address("a@example.com"), limit: 3)
    #expect(misses.map(\.row.location?.line) == [1, 2, 3])
    #expect(
      misses.first?.description.hasSuffix(":1: \"user1@example.com\" is for another mailbox of this domain") == true)
  }
}
