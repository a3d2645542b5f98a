import Testing

@testable import DKIMConfiguration

@Suite("IP addresses")
struct IPAddressTests {
  @Test(arguments: [
    ("192.0.2.1", "192.0.2.1"), ("2001:DB8:0:0::1", "2001:db8::1"), ("::", "::"), ("::1", "::1"),
    ("::ffff:192.0.2.1", "::ffff:192.0.2.1"), ("0.0.0.0", "0.0.0.0"),
  ])
  func `addresses are parsed, and printed in canonical form`(text: String, canonical: String) {
    #expect(IPAddress(text)?.description == canonical)
  }

  @Test(arguments: [
    "", "192.0.2", "192.0.2.256", "192.0.2.1 ", "[::1]", "fe80::1%eth0", "1.2.3.4\0", "::1\0", "::1::",
    "mail.example.com", String(repeating: "1", count: 1000),
  ])
  func `texts that are not addresses`(text: String) {
    #expect(IPAddress(text) == nil)
  }

  @Test
  func `masks`() throws {
    let v4 = try #require(IPAddress("255.255.255.255"))
    #expect(v4.masked(to: 20).description == "255.255.240.0")
    #expect(v4.masked(to: 0).description == "0.0.0.0")
    #expect(v4.masked(to: 32) == v4)
    let v6 = try #require(IPAddress("2001:db8:ffff::1"))
    #expect(v6.masked(to: 33).description == "2001:db8:8000::")
  }

  @Test
  func `mapped and loopback addresses`() throws {
    #expect(IPAddress("::ffff:127.0.0.1")?.mappedIPv4?.description == "127.0.0.1")
    #expect(IPAddress("::127.0.0.1")?.mappedIPv4 == nil)
    for text in ["127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1"] { #expect(IPAddress(text)?.isLoopback == true) }
    for text in ["128.0.0.1", "::2", "::"] { #expect(IPAddress(text)?.isLoopback == false) }
  }
}
