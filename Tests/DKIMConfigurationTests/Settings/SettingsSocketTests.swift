import Testing

@testable import DKIMConfiguration

@Suite struct SettingsSocketTests {
  @Test(arguments: [
    ("inet:8891", SocketSpecification.inet(port: 8891, host: nil)),
    ("inet:8891@localhost", .inet(port: 8891, host: "localhost")),
    ("INET:8891@127.0.0.1", .inet(port: 8891, host: "127.0.0.1")),
    ("inet:8891@[127.0.0.1]", .inet(port: 8891, host: "127.0.0.1")),
    ("inet:[8891]@[127.0.0.1]", .inet(port: 8891, host: "127.0.0.1")),
    ("inet6:8891", .inet6(port: 8891, host: nil)),
    ("inet6:8891@::1", .inet6(port: 8891, host: "::1")),
    ("inet6:8891@[::1]", .inet6(port: 8891, host: "::1")),
    ("local:/run/opendkim/opendkim.sock", .unix(path: "/run/opendkim/opendkim.sock")),
    ("unix:/run/x", .unix(path: "/run/x")),
    ("/run/a:b", .unix(path: "/run/a:b")),
    ("run/x", .unix(path: "run/x")),
    // A mark that combines with the character before it.
    ("local:\u{6E4}x", .unix(path: "\u{6E4}x")),
    ("inet:8891@\u{301}x", .inet(port: 8891, host: "\u{301}x")),
  ])
  func `every form is read`(text: String, expected: SocketSpecification) throws {
    #expect(try SocketSpecification(text) == expected)
    #expect(try SocketSpecification(expected.description) == expected)
  }

  @Test(arguments: [
    (
      "inet:localhost:8891",
      "the host comes after the port here, unlike in Postfix's main.cf; write inet:8891@localhost"
    ),
    (
      "inet:a\u{0}b:8891", "the host comes after the port here, unlike in Postfix's main.cf; write inet:8891@a\u{FFFD}b"
    ),
    ("inet:", "\"\" is not a port, expected a number from 1 to 65535"),
    ("inet:0", "\"0\" is not a port, expected a number from 1 to 65535"),
    ("inet:70000@x", "\"70000\" is not a port, expected a number from 1 to 65535"),
    ("inet:milter@x", "\"milter\" is not a port, expected a number from 1 to 65535"),
    ("inet:1@[]", "\"\" is not a host, expected an address or a name after the \"@\""),
    ("inet:1@", "\"\" is not a host, expected an address or a name after the \"@\""),
    ("inet:1@a b", "\"a b\" is not a host, expected an address or a name after the \"@\""),
    ("local:", "the path is missing, expected local:PATH"),
    ("", "the path is missing, expected local:PATH"),
    ("tcp:1", "\"tcp\" is not a kind of socket, expected inet:PORT@HOST, inet6:PORT@HOST or local:PATH"),
    (
      "local:/" + String(repeating: "x", count: 107),
      "the path has 108 bytes, but the path of a socket can have at most 107"
    ),
  ])
  func `an invalid socket is explained`(text: String, expected: String) {
    do throws(SocketSpecificationError) {
      let socket = try SocketSpecification(text)
      Issue.record("read as \(socket)")
    } catch {
      #expect("\(error)" == expected)
    }
  }

  @Test func `a user may have a group`() {
    #expect(UserSpecification("opendkim")?.group == nil)
    #expect(UserSpecification("opendkim:mail")?.group == "mail")
    #expect(UserSpecification("first.last")?.user == "first.last")
    #expect(UserSpecification("opendkim:") == nil)
    #expect(UserSpecification(":mail") == nil)
    #expect(UserSpecification("") == nil)
  }
}
