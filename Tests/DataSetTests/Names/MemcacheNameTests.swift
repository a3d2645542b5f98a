import Testing

@testable import DKIMDataSets

@Suite("Text after memcache:")
struct MemcacheNameTests {
  @Test
  func `servers, ports and the prefix`() throws {
    let name = try MemcacheName("one,two.example:11212, [2001:db8::1]:5,[::1]/dkim/keys")
    #expect(
      name.servers == [
        .host("one", port: 11211), .host("two.example", port: 11212), .host("2001:db8::1", port: 5),
        .host("::1", port: 11211),
      ])
    #expect(name.prefix == "dkim/keys")
    #expect(name.servers.map(\.description) == ["one:11211", "two.example:11212", "[2001:db8::1]:5", "[::1]:11211"])
  }

  @Test
  func `a unix socket is a path; the prefix may be empty`() throws {
    let name = try MemcacheName("/run/memcached/sock/dkim")
    #expect(name.servers == [.unix("/run/memcached/sock")] && name.prefix == "dkim")
    #expect(try MemcacheName("localhost/").prefix == "")
  }

  @Test(arguments: [
    "", "localhost", "localhost:11211", "/run.sock", "/dkim", ",b/p", "a,,b/p", "a:/p", "a:0/p", "a:65536/p", "a:x/p",
    "a:+1/p", "::1/p", "a b/p", "[::1/p", "[a]/p", "[127.0.0.1]/p", "[::1]x/p", "a/b c", "a/b\nc", "a/b\u{7F}", "/p",
    "a/" + String(repeating: "p", count: 250), "/" + String(repeating: "s", count: 108) + "/p",
    String(repeating: "a", count: 256) + "/p",
  ])
  func `an invalid name is refused`(_ text: String) {
    #expect(throws: NameProblem.self, "\(text)") { _ = try MemcacheName(text) }
  }

  @Test
  func `an error describes what was found`() {
    let error = #expect(throws: NameProblem.self) { _ = try MemcacheName("a:65536/p") }
    #expect(error?.found == "\"65536\" is not a port")
    #expect(error?.expected == "a number from 1 to 65535 after the colon")
  }
}
