import DKIMCore
import Testing

@Suite struct AuthenticationResultsParserTests {
  typealias Problem = AuthenticationResultsError.Problem

  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  private func error(
    _ bytes: [UInt8], _ tolerance: AuthenticationResults.Tolerance = [],
    _ limits: AuthenticationResults.Limits = .init()
  ) -> AuthenticationResultsError? {
    do throws(AuthenticationResultsError) {
      _ = try AuthenticationResults(parsing: bytes.span, tolerating: tolerance, limits: limits)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [
    ("a; dkim=pass header.i=\"\\\"a b\\\"@c.example\"", "\"a b\"@c.example"),
    ("a; dkim=pass header.i=\"a b\"@c.example", "\"a b\"@c.example"),
    ("a; dkim=pass header.i=\"a.b\"@c.example", "a.b@c.example"),
    ("a; dkim=pass header.i=\"a\\\"b\"@c.example", "\"a\\\"b\"@c.example"),
    ("a; dkim=pass header.i=\"; dkim=pass header.d=x\"@c.example", "\"; dkim=pass header.d=x\"@c.example"),
    ("a; dkim=pass header.i=@c.example", "@c.example"), ("a; dkim=pass header.i=c.example", "c.example"),
    ("a; dkim=pass header.i= (x) bounce+b=c/d@c.example (y)", "bounce+b=c/d@c.example"),
    ("a; dkim=pass header.i=b (x) @c.example", "b@c.example"),
    ("a; dkim=pass header.i=\u{fc}ser@b\u{fc}cher.example", "\u{fc}ser@b\u{fc}cher.example"),
    ("a; dkim=pass header.i=b\u{fc}cher.example", "b\u{fc}cher.example"),
    ("a; dkim=pass header.i=\"\u{fc} \u{1F600}\"", "\u{fc} \u{1F600}"), ("a; dkim=pass header.i=\"\"", ""),
    ("a; dkim=pass header.i=\"a\r\n\tb\\\\\"", "a\tb\\"), ("A; DKIM=PASS HEADER.I=Abc", "Abc"),
    ("a;dkim=pass\r\n header\r\n .\r\n i\r\n =\r\n x", "x"),
  ])
  func values(_ text: String, _ value: String) throws {
    let field = try AuthenticationResults(parsing: text)
    #expect(field.results.count == 1)
    #expect(field.results.first?.code == .pass)
    #expect(field.results.first?.properties.count == 1)
    #expect(field.results.first?.property(.header, "i").map { Array($0.utf8) } == bytes(value))
  }

  @Test(arguments: [
    ("example.org; none", "example.org"), ("\"my \\\"own\\\" host\"; none", "my \"own\" host"),
    ("(a (b) \\) c) X.example (d) 1; none", "X.example"), ("b\u{fc}cher.example; none", "b\u{fc}cher.example"),
  ])
  func `authserv-ids`(_ text: String, _ id: String) throws {
    #expect(try AuthenticationResults(parsing: text).authservID == id)
  }

  @Test func `nested comments`() throws {
    let field = try AuthenticationResults(parsing: "(a (b (c)) \\) \\\\) x (); none (e\r\n f)")
    #expect(field.comments == ["a (b (c)) ) \\", "", "e f"])
  }

  @Test(arguments: [
    ("", 0, Problem.expected(.authservID, found: nil)), ("  ", 2, .expected(.authservID, found: nil)),
    ("example.org", 11, .noResults), ("example.org;", 12, .trailingSemicolon),
    ("; none", 0, .missingAuthservID), (" dkim=pass header.d=a", 1, .missingAuthservID),
    ("a; dkim=pass;", 13, .trailingSemicolon), ("a; none;", 7, .expected(.end, found: 0x3B)),
    ("a; none; dkim=pass", 7, .expected(.end, found: 0x3B)), ("a; dkim=pass; none", 18, .expected(.equals, found: nil)),
    ("a b; none", 2, .expected(.semicolon, found: 0x62)), ("a/b; none", 1, .expected(.semicolon, found: 0x2F)),
    ("a 1x; none", 3, .expected(.semicolon, found: 0x78)), ("a 1234567890; none", 2, .numberTooLarge),
    ("a; dkim", 7, .expected(.equals, found: nil)), ("a; dkim=", 8, .expected(.result, found: nil)),
    ("a; dkim-=pass", 3, .expected(.method, found: 0x64)), ("a; d\u{fc}=pass", 4, .expected(.equals, found: 0xC3)),
    ("a; dkim/=pass", 8, .expected(.version, found: 0x3D)),
    ("a; dkim=pass reason", 19, .expected(.equals, found: nil)),
    ("a; dkim=pass action=none", 19, .expected(.dot, found: 0x3D)),
    ("a; dkim=pass header.d=x reason=y", 30, .expected(.dot, found: 0x3D)),
    ("a; dkim=pass header.d", 21, .expected(.equals, found: nil)),
    ("a; dkim=pass header.=x", 20, .expected(.propertyName, found: 0x3D)),
    ("a; dkim=pass header.d=;", 22, .expected(.value, found: 0x3B)),
    ("a; dkim=pass header.d=\"x\"header.i=y", 25, .expected(.separator, found: 0x68)),
    ("a; dkim=pass header.b=ab/cd", 22, .unquotedValue), ("a; dkim=pass header.b=ab=", 22, .unquotedValue),
    ("a; dkim=pass header.i=a..b@c", 22, .unquotedValue), ("a; dkim=pass header.i=@", 23, .badDomain(.empty)),
    ("a; dkim=pass header.i=@a..b", 23, .badDomain(.emptyLabel(offset: 2))),
    ("a; dkim=pass (x", 13, .unterminatedComment), ("a; dkim=pass (x\\", 13, .unterminatedComment),
    ("a; dkim=pass reason=\"x", 20, .unterminatedQuotedString),
    ("a; dkim=pass )", 13, .expected(.reasonOrPropertyType, found: 0x29)),
    ("a; dkim=pass\r\nheader.d=x", 12, .badFold), ("a; dkim=pass\n header.d=x", 12, .badFold),
    ("a; dkim=pass\rheader.d=x", 12, .badFold), ("a; dkim=pass\r\n\r\n", 12, .badFold),
    ("a; dkim=pass (\0)", 14, .control(0)), ("a; dkim=pass reason=\"\\\u{7F}\"", 22, .control(0x7F)),
  ])
  func refusals(_ text: String, _ offset: Int, _ problem: Problem) {
    let error = error(bytes(text))
    #expect(error?.problem == problem)
    #expect(error?.offset == offset)
  }

  @Test func `not UTF 8`() {
    #expect(error(bytes("a; dkim=pass (") + [0xFF] + bytes(")"))?.problem == .notUTF8)
    #expect(error(bytes("a; dkim=pass reason=\"") + [0xC3] + bytes("\""))?.problem == .notUTF8)
    #expect(error([0xC3] + bytes("; none"))?.problem == .notUTF8)
  }

  @Test func words() {
    let error = error(bytes("a; dkim=pass header.d x"))
    #expect(error?.description == "expected an equals sign, found \"x\" (at byte 23)")
  }

  @Test func limits() throws {
    var limits = AuthenticationResults.Limits()
    limits.bytes = 60
    limits.results = 2
    limits.properties = 2
    limits.comments = 2
    limits.commentDepth = 2
    for good in ["a; b=c; d=e", "a; b=c d.e=f; g=h i.j=k", "a (b) (c); none", "a ((b)); none"] {
      #expect(error(bytes(good), [], limits) == nil)
    }
    #expect(error(bytes("a; b=c; d=e; f=g"), [], limits)?.problem == .tooManyResults(limit: 2))
    #expect(error(bytes("a; b=c d.e=f g.h=i; j=k l.m=n"), [], limits)?.problem == .tooManyProperties(limit: 2))
    #expect(error(bytes("a (b) (c) (d); none"), [], limits)?.problem == .tooManyComments(limit: 2))
    #expect(error(bytes("a (((b))); none"), [], limits)?.problem == .commentTooDeep(limit: 2))
    #expect(error(Array(repeating: 0x61, count: 61), [], limits)?.problem == .tooLong(limit: 60))
    limits.bytes = -1
    #expect(error([], [], limits)?.problem == .tooLong(limit: -1))
    #expect(error([], [], limits)?.offset == 0)
  }
}
