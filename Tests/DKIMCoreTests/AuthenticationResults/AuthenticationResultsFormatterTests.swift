import DKIMCore
import Testing

@Suite struct AuthenticationResultsFormatterTests {
  private let properties = DKIMProperties(
    domain: "example.com", identity: "@example.com", algorithm: "rsa-sha256", selector: "other", signature: "LSBLB8Es")

  @Test func layout() throws {
    let pass = MethodResult(dkim: .pass, comment: "2048-bit key; unprotected", properties: properties)
    let fail = MethodResult(
      dkim: .fail, reason: "signature verification failed", comment: "2048-bit key", properties: properties)
    let field = AuthenticationResults(
      authservID: "mx.example.org", results: [pass, fail, MethodResult(dkim: .none)])
    let wanted = """
      Authentication-Results: mx.example.org;
      \tdkim=pass (2048-bit key; unprotected) header.d=example.com \
      header.i=@example.com header.a=rsa-sha256 header.s=other header.b=LSBLB8Es;
      \tdkim=fail reason="signature verification failed" (2048-bit key) \
      header.d=example.com header.i=@example.com header.a=rsa-sha256 \
      header.s=other header.b=LSBLB8Es;
      \tdkim=none

      """
    #expect(field.field().replacing("\r\n", with: "\n") == wanted)
    #expect(field.field().utf8.elementsEqual(wanted.split(separator: "\n").joined(separator: "\r\n").utf8 + [13, 10]))
    #expect(field.field().hasPrefix("Authentication-Results: " + field.formatted()))
    #expect(try AuthenticationResults(parsing: field.formatted()) == field)
  }

  /// A result that would end past column 75 starts a new line, and is broken only if it exceeds 998 bytes.
  @Test(arguments: [(29, " ", " "), (30, "\n\t", " "), (969, "\n\t", " "), (975, "\n\t", "\n\t")])
  func margin(_ length: Int, _ separator: String, _ within: String) {
    let selector = String(repeating: "s", count: length)
    let result = MethodResult(dkim: .none, properties: DKIMProperties(selector: selector))
    let field = AuthenticationResults(authservID: "a", results: [result])
    #expect(
      field.formatted().replacing("\r\n", with: "\n") == "a;" + separator + "dkim=none" + within + "header.s="
        + selector)
  }

  /// Whether a name needs quotes is decided after removing control characters.
  @Test(arguments: [("mx\u{85}.example", "mx.example; none"), ("m x\u{9B}", "\"m x\"; none")])
  func `name with control`(_ id: String, _ wanted: String) throws {
    let text = AuthenticationResults(authservID: id, results: []).formatted()
    #expect(text == wanted)
    #expect(try AuthenticationResults(parsing: text).formatted() == text)
  }

  @Test func `no results`() {
    let field = AuthenticationResults(authservID: "mx.example.org", version: 1, comments: ["x"], results: [])
    #expect(field.formatted() == "mx.example.org 1 (x); none")
  }

  @Test(arguments: [
    ("example.com", "example.com"), ("@example.com", "@example.com"), ("a.b@example.com", "a.b@example.com"),
    ("q0MqY/Cp", "\"q0MqY/Cp\""), ("ab==", "\"ab==\""), ("a+b", "a+b"), ("", "\"\""), ("a b", "\"a b\""),
    ("\"a b\"@example.com", "\"a b\"@example.com"), ("\"ab\"@example.com", "\"\\\"ab\\\"@example.com\""),
    ("\"a", "\"\\\"a\""), ("a\\", "\"a\\\\\""), ("a;b", "\"a;b\""), ("(x)", "\"(x)\""), ("a@b@c", "\"a@b@c\""),
    ("b\u{fc}cher.example", "b\u{fc}cher.example"), ("\u{1F600}", "\"\u{1F600}\""), ("a\r\nb", "\"a b\""),
    ("a\0\u{7F}\u{85}b", "ab"), ("a\u{2028}b", "\"a b\""), ("<>", "\"<>\""),
  ])
  func values(_ value: String, _ written: String) {
    let result = MethodResult(dkim: .pass, properties: DKIMProperties(domain: "x", selector: value))
    let field = AuthenticationResults(authservID: "a", results: [result])
    let wanted = value.isEmpty ? "" : " header.s=" + written
    #expect(field.formatted().replacing("\r\n\t", with: " ") == "a; dkim=pass header.d=x" + wanted)
  }

  static let attacks = [
    "x; dkim=pass header.d=bank.example", "x\r\nAuthentication-Results: mx.example.org; dkim=pass",
    "x\"; dkim=pass header.d=bank.example; y=\"", "x\\\"; dkim=pass", "x); dkim=pass header.d=bank.example (",
    "x\\); dkim=pass (", "x\\", "\"x; y\"@z.example; dkim=pass", "\"; dkim=pass header.d=bank.example", "(", ")", "\\",
    "\u{2028}; dkim=pass", "\n; dkim=pass", "\r; dkim=pass", "\0; dkim=pass", "x header.d=bank.example",
    "\"\r\n; dkim=pass\"@x.example", "=pass", "\u{FEFF};", "x\u{301}\"; dkim=pass", "\"\u{301}; dkim=pass header.d=y",
    "\\\u{301}\"; dkim=pass", ")\u{301}; dkim=pass",
  ]

  /// Whatever a signature contains, its result remains a single result with unchanged properties.
  @Test(arguments: attacks)
  func injection(_ attack: String) throws {
    let properties = DKIMProperties(
      domain: attack, identity: attack, algorithm: attack, selector: attack, signature: attack)
    let result = MethodResult(dkim: .fail, reason: attack, comment: attack, properties: properties)
    let field = AuthenticationResults(
      authservID: attack, comments: [attack], results: [result, MethodResult(dkim: .none)])
    let read = try AuthenticationResults(parsing: field.formatted())
    #expect(read.results.map(\.code) == [.fail, DKIMResultCode.none])
    #expect(read.results[0].properties.map(\.name.text) == ["d", "i", "a", "s", "b"])
    #expect(read.results[0].comments.count == 1)
    let hasControl = attack.unicodeScalars.contains { $0.value < 0x20 || $0 == "\u{2028}" }
    #expect(hasControl || read == field)
    for line in field.formatted().utf8.split(separator: 13).dropFirst() { #expect(line.starts(with: [10, 9])) }
  }

  @Test func `long texts`() throws {
    let long = String(repeating: "\"\u{fc}", count: 1000)
    let result = MethodResult(
      dkim: .fail, reason: long, comment: long, properties: DKIMProperties(domain: "x", identity: long, selector: "s"))
    let field = AuthenticationResults(authservID: "a", results: [result])
    #expect(field.formatted().utf8.split(separator: 10).allSatisfy { $0.count <= 999 })
    let read = try AuthenticationResults(parsing: field.formatted()).results[0]
    #expect(read.properties.map(\.name.text) == ["d", "s"])
    #expect(try long.hasPrefix(#require(read.reason)))
    #expect(long.hasPrefix(read.comments[0]))
    #expect(read.reason?.utf8.count == 675)
  }

  @Test func keywords() {
    #expect(AuthenticationKeyword("DKIM-Atps") == AuthenticationKeyword("dkim-atps"))
    for bad in ["", "a-", "a b", "a=b", "a;", "\u{fc}", String(repeating: "a", count: 65)] {
      #expect(AuthenticationKeyword(bad) == nil)
    }
  }
}
