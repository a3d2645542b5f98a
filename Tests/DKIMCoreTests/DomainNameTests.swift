import DKIMCore
import Testing

@Suite struct DomainNameTests {
  @Test(arguments: [
    ("example.com", "example.com"), ("EXAMPLE.Com", "example.com"), ("_x.a-b.example", "_x.a-b.example"),
    ("b\u{fc}cher.example", "xn--bcher-kva.example"), ("\u{4e2d}\u{56fd}.cn", "xn--fiqs8s.cn"),
    ("localhost", "localhost"),
  ])
  func good(_ text: String, _ aLabel: String) throws {
    #expect(try DomainName(text).aLabel == aLabel)
  }

  @Test(arguments: [
    ("", DomainNameError.empty), ("a..b", .emptyLabel(offset: 2)), (".a", .emptyLabel(offset: 0)),
    ("a.", .emptyLabel(offset: 2)), ("a'b.c", .unexpected(octet: 39, offset: 1)),
    ("a\0b", .unexpected(octet: 0, offset: 1)), ("-a.b", .hyphenAtEnd(label: "-a")),
    (String(repeating: "a", count: 64), .labelTooLong(label: String(repeating: "a", count: 64))),
    ("a\u{2028}.b", .badULabel(label: "a\u{2028}")),
  ])
  func bad(_ text: String, _ error: DomainNameError) {
    #expect(throws: error) { try DomainName(text) }
  }

  @Test func within() throws {
    let parent = try DomainName("example.com")
    #expect(try DomainName("a.Example.com").isWithin(parent))
    #expect(try DomainName("example.com").isWithin(parent))
    #expect(try !DomainName("badexample.com").isWithin(parent))
    #expect(try !DomainName("com").isWithin(parent))
  }
}
