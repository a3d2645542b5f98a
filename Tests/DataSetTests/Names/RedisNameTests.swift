import Testing

@testable import DKIMDataSets

@Suite("Text after redis:")
struct RedisNameTests {
  @Test
  func `only server and prefix`() throws {
    let name = try RedisName("//cache.example/dkim")
    #expect(name.server == .host("cache.example", port: 6379))
    #expect(name.prefix == "dkim" && name.database == nil && name.user == nil && name.password == nil)
  }

  @Test
  func `all parts`() throws {
    let name = try RedisName("//us%65r:p%40ss%2Fw%3ard@[2001:db8::1]:6380/12/dkim%20keys/x")
    #expect(name.server == .host("2001:db8::1", port: 6380))
    #expect(name.user == "user" && name.password == "p@ss/w:rd")
    #expect(name.database == 12 && name.prefix == "dkim keys/x")
  }

  @Test
  func `only a password, with characters that need no encoding; an empty one for a user without a password`() throws {
    let name = try RedisName("//:a:b@c@host/p")
    #expect(name.user == nil && name.password == "a:b@c")
    let other = try RedisName("//user:@host/p")
    #expect(other.user == "user" && other.password == "")
  }

  @Test
  func `a unix socket; a prefix with slashes; a prefix that begins with digits`() throws {
    #expect(try RedisName("//%2Frun%2Fredis.sock/3/p").server == .unix("/run/redis.sock"))
    #expect(try RedisName("//h/a/b").prefix == "a/b")
    let digits = try RedisName("//h/2x/b")
    #expect(digits.database == nil && digits.prefix == "2x/b")
    let number = try RedisName("//h/0/1/b")
    #expect(number.database == 0 && number.prefix == "1/b")
  }

  @Test(arguments: [
    "", "host/p", "/host/p", "//host", "//host/", "//host/3", "//host/3/", "///p", "//:80/p", "//host:0/p",
    "//host:99999/p", "//::1/p", "//user@host/p", "//:p%zz@host/p", "//:p%4@host/p", "//host/a%", "//host/a%00b",
    "//h%20st/p", "//%2F" + String(repeating: "s", count: 107) + "/p", "//h/" + String(repeating: "p", count: 1024),
  ])
  func `an invalid name is refused`(_ text: String) {
    #expect(throws: NameProblem.self, "\(text)") { _ = try RedisName(text) }
  }

  @Test(arguments: [
    "//secret@host/p", "//:secret@ho st/p", "//:secret@host:x/p", "//:sec/secret@host/p", "//:secret%@host/p",
    "//us:se/secret:1@host:2/p", ":secret@host/p", "//:secret@host", "//u:secret@host/3", "//:80secret/x@h/p",
  ])
  func `no error quotes a password, wherever it was written`(_ text: String) {
    let error = #expect(throws: NameProblem.self, "\(text)") { _ = try RedisName(text) }
    #expect(error.map { !"\($0)".contains("secret") } == true, "\(text)")
  }
}
