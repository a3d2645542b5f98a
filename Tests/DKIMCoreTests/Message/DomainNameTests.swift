import DKIMCore
import Testing

@Suite struct DomainNameTests {
  @Test(arguments: [
    ("example.com", "example.com"), ("EXAMPLE.Com", "example.com"), ("_x.a-b.example", "_x.a-b.example"),
    ("b\u{fc}cher.example", "xn--bcher-kva.example"), ("\u{4e2d}\u{56fd}.cn", "xn--fiqs8s.cn"),
    ("localhost", "localhost"), ("\u{e9}x.example", "xn--x-9fa.example"),
    ("\u{0DC1}\u{0DCA}\u{200D}\u{0DBB}\u{0DD3}.example", "xn--10cl1a0b660p.example"),
    ("\u{0646}\u{0627}\u{0645}\u{0647}\u{200C}\u{0627}\u{06CC}.example", "xn--mgba3gch31f060k.example"),
  ])
  func good(_ text: String, _ asciiForm: String) throws {
    #expect(try DomainName(text).asciiForm == asciiForm)
  }

  @Test(arguments: [
    ("", DomainNameError.empty), ("a..b", .emptyLabel(offset: 2)), (".a", .emptyLabel(offset: 0)),
    ("a.", .emptyLabel(offset: 2)), ("a'b.c", .unexpected(byte: 39, offset: 1)),
    ("a\0b", .unexpected(byte: 0, offset: 1)), ("-a.b", .hyphenAtEnd(label: "-a")),
    (String(repeating: "a", count: 64), .labelTooLong(label: String(repeating: "a", count: 64))),
    ("ban\u{212A}.b", .badULabel(label: "bank")),
    ("\u{FF4D}\u{FF58}.b", .badULabel(label: "\u{FF4D}\u{FF58}")),
    ("a\u{2028}.b", .badULabel(label: "a\u{2028}")),
    ("e\u{301}x.example", .notNormalized(label: "e\u{301}x")),
    (String(repeating: "\u{e9}", count: 60) + ".b", .labelTooLong(label: "xn--9c" + String(repeating: "a", count: 60))),
  ])
  func bad(_ text: String, _ error: DomainNameError) {
    #expect(throws: error) { try DomainName(text) }
  }

  /// A combining mark or joiner after a dot must not hide the dot: the key would be looked up at a name with different
  /// labels than are displayed. Each such name is rejected, and the error shows the label.
  @Test(arguments: [
    ("bank.\u{301}example.com", "\u{301}example"), ("bank.\u{200D}example.com", "\u{200D}example"),
    ("example.\u{200D}", "\u{200D}"), ("a\u{200D}b.example", "a\u{200D}b"), ("\u{903}a.example", "\u{903}a"),
    ("ab\u{200C}.example", "ab\u{200C}"),
  ])
  func `hidden dot`(_ text: String, _ label: String) {
    #expect(throws: DomainNameError.badULabel(label: label)) { try DomainName(text) }
    #expect(throws: DomainNameError.badULabel(label: label)) { try Selector(text) }
  }

  @Test func within() throws {
    let parent = try DomainName("example.com")
    #expect(try DomainName("a.Example.com").isEqualToOrSubdomain(of: parent))
    #expect(try DomainName("example.com").isEqualToOrSubdomain(of: parent))
    #expect(try !DomainName("badexample.com").isEqualToOrSubdomain(of: parent))
    #expect(try !DomainName("com").isEqualToOrSubdomain(of: parent))
  }
}
