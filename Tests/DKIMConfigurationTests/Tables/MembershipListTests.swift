import DKIMCore
import Testing

@testable import DKIMConfiguration

@Suite("Membership lists")
struct MembershipListTests {
  @Test(
    arguments: [
      ("bob@a.example.com", "bob@a.example.com", "bob@a.example.com"),
      ("*@a.example.com", "bob@a.example.com", "*@a.example.com"),
      ("bob@.example.com,*@.example.com", "bob@a.example.com", "bob@.example.com"),
      ("*@.com", "bob@a.example.com", "*@.com"), ("bob@*", "Bob@A.example.com", "bob@*"), ("*", "bob@x.example", "*"),
      ("*@.example.com", "bob@example.com", nil), (".*", "bob@example.com", nil),
      ("example.com", "bob@example.com", nil),
    ] as [(String, String, String?)])
  func `BodyLengthDB looks up the mailbox and *, for the domain and its parents`(
    list: String, recipient: String, key: String?
  ) async throws {
    let members = MembershipList(try await Sets.list(list))
    #expect(try await members.row(for: address(recipient))?.key == key)
  }

  @Test
  func `names must be equal, ignoring case`() async throws {
    let members = MembershipList(try await Sets.list("Example.com,bob@example.net"))
    #expect(try await members.row(for: "EXAMPLE.com")?.key == "Example.com")
    #expect(try await members.row(for: "bob@example.net") != nil)
    #expect(try await members.row(for: "a.example.com") == nil)
  }

  @Test(
    arguments: [
      ("example.com", "example.com", false, "example.com"), ("example.com", "a.example.com", false, nil),
      ("example.com", "b.a.example.com", true, "example.com"), ("*", "a.example.com", true, "a.example.com"),
      ("a.example.com,example.com", "b.a.example.com", true, "a.example.com"),
      ("example.com", "example.net", true, nil),
      ("xn--bcher-kva.example", "bücher.example", false, "bücher.example"),
    ] as [(String, String, Bool, String?)])
  func `Domain: the exact name, *, and with SubDomains the parent domain that signs`(
    list: String, domain: String, subDomains: Bool, signs: String?
  ) async throws {
    let members = MembershipList(try await Sets.list(list))
    let match = try await members.domainMatch(for: DomainName(domain), subDomains: subDomains)
    #expect(match?.domain == (try signs.map { try DomainName($0) }))
  }
}
