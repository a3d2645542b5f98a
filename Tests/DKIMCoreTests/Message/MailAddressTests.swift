import DKIMCore
import Testing

@Suite struct MailAddressTests {
  @Test(arguments: [
    ("alice@example.com", "alice", "example.com"),
    (" Alice <alice@example.com>", "alice", "example.com"),
    ("<alice@example.com>", "alice", "example.com"),
    ("!alice~{|}@example.com", "!alice~{|}", "example.com"),
    ("\"Alice, the \\\"boss\\\" <x@y.z>\" <alice@example.com>", "alice", "example.com"),
    ("alice@example.com (Alice <mallory@evil.example>)", "alice", "example.com"),
    ("(a (nested \\) comment) here) alice (and) @ (there) example . com", "alice", "example.com"),
    ("\"a b\"@example.com", "\"a b\"", "example.com"),
    ("\"a@b\" <\"c@d\"@example.com>", "\"c@d\"", "example.com"),
    ("alice . smith @ example.com", "alice.smith", "example.com"),
    ("<@a.example,@b.example:alice@example.com>", "alice", "example.com"),
    ("Team: alice@example.com, bob@example.net;", "alice", "example.com"),
    ("Empty:;, alice@example.com", "alice", "example.com"),
    ("alice@example.com, bob@example.net", "alice", "example.com"),
    ("alice@other.example <bob@example.com>", "bob", "example.com"),
    ("Doe, John <john@example.com>", "john", "example.com"),
    ("=?utf-8?q?a=40b?= <alice@example.com>", "alice", "example.com"),
    ("=?utf-8?q?a@b?= <alice@example.com>", "alice", "example.com"),
    ("J\u{FC}rgen <j\u{FC}rgen@b\u{FC}cher.example>", "j\u{FC}rgen", "b\u{FC}cher.example"),
    ("Backup alice@example.com", "alice", "example.com"),
    ("\r\n\tAlice\r\n <alice@example.com>", "alice", "example.com"),
    ("Alice\n\t<alice@example.com>", "alice", "example.com"),
    ("Ali\u{1B}ce <alice@example.com>", "alice", "example.com"),
    ("Doe), Al <alice@example.com>", "alice", "example.com"),
    ("Alice :) <alice@example.com>", "alice", "example.com"),
    ("Sales\\Alice <alice@example.com>", "alice", "example.com"),
    ("<mailto:list@example.org>", "list", "example.org"),
    ("alice@example.com bob@example.net", "alice", "example.com"),
  ])
  func `the first mailbox is read`(_ text: String, _ localPart: String, _ domain: String) throws {
    let address = try MailAddress(text)
    #expect(address.localPart == localPart)
    #expect(address.domain.text == domain)
  }

  @Test(arguments: [
    ("", MailAddressError.noAddress), ("alice", .noAddress), (" Alice <alice>", .unexpected(byte: 0x3E, offset: 13)),
    ("<>", .emptyAddress), ("<alice@example.com", .unterminated), ("(alice@example.com", .unterminated),
    ("\"alice@example.com", .unterminated), ("alice@[192.0.2.1]", .domainLiteral), ("@example.com", .noAddress),
    ("alice@", .noAddress), ("undisclosed-recipients:;", .noAddress),
    ("<alice@example.com@evil.example>", .unexpected(byte: 0x40, offset: 18)),
    ("alice@exa_mple..com", .badDomain(.emptyLabel(offset: 9))),
    ("alice\0@example.com", .unexpected(byte: 0, offset: 5)),
    ("alice)@example.com, bob@example.net", .unexpected(byte: 0x29, offset: 5)),
  ])
  func `an invalid address has a reason`(_ text: String, _ expected: MailAddressError) {
    #expect(throws: expected) { try MailAddress(text) }
  }

  @Test func `bytes that are not UTF 8 are refused`() {
    let bytes = [0xFF] + Array("@example.com".utf8)
    #expect(throws: MailAddressError.notUTF8) { try MailAddress(firstOf: bytes.span) }
  }

  @Test func `deep comments and long lists cost linear time`() throws {
    let deep = String(repeating: "(", count: 200_000) + String(repeating: ")", count: 200_000) + "a@example.com"
    #expect(try MailAddress(deep).localPart == "a")
    let list = String(repeating: "word . ,", count: 100_000) + "a@example.com"
    #expect(try MailAddress(list).localPart == "a")
  }
}
