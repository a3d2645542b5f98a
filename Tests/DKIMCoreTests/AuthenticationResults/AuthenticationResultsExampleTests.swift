import DKIMCore
import Testing

/// The fields of RFC 7601 Appendix B, folded as in the RFC.
@Suite struct AuthenticationResultsExampleTests {
  @Test func `no authentication done`() throws {
    let field = try AuthenticationResults(parsing: " example.org 1; none\r\n")
    #expect(field == AuthenticationResults(authservID: "example.org", version: 1, results: []))
  }

  @Test func `one result`() throws {
    let field = try AuthenticationResults(
      parsing: " example.com;\r\n          spf=pass smtp.mailfrom=example.net\r\n")
    #expect(field.authservID == "example.com")
    #expect(field.version == nil)
    let result = try #require(field.results.first)
    #expect(field.results.count == 1)
    #expect(result.method == .spf && result.result.text == "pass" && result.code == .pass)
    #expect(result.property(.smtp, "mailfrom") == "example.net")
  }

  @Test func `several results`() throws {
    let field = try AuthenticationResults(
      parsing: " example.com;\r\n          auth=pass (cram-md5) smtp.auth=sender@example.net;\r\n"
        + "          spf=pass smtp.mailfrom=example.net\r\n")
    #expect(field.results.map(\.method) == [.auth, .spf])
    #expect(field.results[0].comments == ["cram-md5"])
    #expect(field.results[0].property(.smtp, "AUTH") == "sender@example.net")
    #expect(field.results[1].comments.isEmpty)
  }

  @Test func `other words are kept`() throws {
    let field = try AuthenticationResults(
      parsing: " example.com;\r\n sender-id=fail header.from=example.com;\r\n"
        + " dkim=pass (good signature) header.d=example.com; spf=softfail smtp.mailfrom=a.example")
    #expect(field.results.map(\.method.text) == ["sender-id", "dkim", "spf"])
    #expect(field.results.map(\.code) == [.fail, .pass, nil])
    #expect(field.results[2].result.text == "softfail")
  }

  @Test func reasons() throws {
    let field = try AuthenticationResults(
      parsing: " example.com;\r\n      dkim=pass reason=\"good signature\"\r\n"
        + "        header.i=@mail-router.example.net;\r\n      dkim=fail reason=\"bad signature\"\r\n"
        + "        header.i=@newyork.example.com\r\n")
    #expect(field.results.map(\.reason) == ["good signature", "bad signature"])
    #expect(
      field.results.map { $0.property(.header, "i") } == ["@mail-router.example.net", "@newyork.example.com"])
  }

  @Test func `comments everywhere`() throws {
    let field = try AuthenticationResults(
      parsing: " foo.example.net (foobar) 1 (baz);\r\n"
        + "    dkim (Because I like it) / 1 (One yay) = (wait for it) fail\r\n"
        + "      policy (A dot can go here) . (like that) expired\r\n"
        + "      (this surprised me) = (as I wasn't expecting it) 1362471462\r\n")
    #expect(field.authservID == "foo.example.net")
    #expect(field.version == 1)
    #expect(field.comments == ["foobar", "baz"])
    let result = try #require(field.results.first)
    #expect(result.method == .dkim && result.methodVersion == 1 && result.code == .fail)
    #expect(result.property(.policy, "expired") == "1362471462")
    #expect(
      result.comments == [
        "Because I like it", "One yay", "wait for it", "A dot can go here", "like that", "this surprised me",
        "as I wasn't expecting it",
      ])
  }
}
