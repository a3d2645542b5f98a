import DKIMCore
import Testing

/// Forged fields that claim the receiver's own authserv-id in a different spelling: they must be found and removed.
@Suite struct AuthservIDForgeryTests {
  private let own = "mx.example.org"

  private func claimed(_ text: String) -> String? {
    AuthenticationResults.claimedAuthservID(of: Array(text.utf8).span)
  }

  /// The claim is found, even with junk after it; if the field is well-formed, its parsed value matches, too.
  private func expectForgery(of id: String, _ spelling: String, wellFormed: Bool = true) throws {
    #expect(claimed(spelling + "; dkim=pass header.d=bank.example") == AuthenticationResults.normalizedAuthservID(id))
    #expect(claimed(spelling + "; \0\u{1}((\"dkim==;;") == AuthenticationResults.normalizedAuthservID(id))
    guard wellFormed else { return }
    let field = try AuthenticationResults(parsing: spelling + "; dkim=pass header.d=bank.example")
    #expect(field.matches(id))
    #expect(!field.matches("example.org"))
  }

  @Test(arguments: ["MX.EXAMPLE.ORG", " Mx.eXample.Org", "\"MX.example.ORG\""])
  func `upper case`(_ spelling: String) throws { try expectForgery(of: own, spelling) }

  @Test(arguments: [
    "(x) mx.example.org", "(a (b) \\) ; evil.example) mx.example.org (c)", "()()mx.example.org()",
    "(\"\")mx.example.org",
  ])
  func comments(_ spelling: String) throws { try expectForgery(of: own, spelling) }

  @Test(arguments: [
    "\"mx.example.org\"", "\"mx\\.example\\.org\"", "(x)\"m\\x.example.org\"(y)", "\" mx.example.org \"",
  ])
  func `quoted string`(_ spelling: String) throws { try expectForgery(of: own, spelling) }

  @Test(arguments: [
    "mx.example.org 1", "mx.example.org 2", "mx.example.org(x)1", "\"mx.example.org\" 1 ", "mx.example.org. 1",
  ])
  func `version number`(_ spelling: String) throws { try expectForgery(of: own, spelling) }

  @Test(arguments: [
    "\r\n mx.example.org", "\r\n\tmx.example.org\r\n\t", "\r\n (x\r\n y)\r\n mx.example.org\r\n 1",
    "\r\n \"\r\n mx.example.org\"",
  ])
  func folding(_ spelling: String) throws { try expectForgery(of: own, spelling) }

  @Test(arguments: [
    ("b\u{fc}cher.example", "xn--bcher-kva.example"), ("xn--bcher-kva.example", "b\u{fc}cher.example"),
    ("xn--bcher-kva.example", "\"B\u{dc}CHER.example\""), ("b\u{fc}cher.example", "XN--BCHER-KVA.Example"),
    ("b\u{fc}cher.example", "B\u{dc}cher.Example"),
  ])
  func `internationalized name`(_ id: String, _ spelling: String) throws { try expectForgery(of: id, spelling) }

  /// Spellings that no grammar allows but that some readers may still join.
  @Test(arguments: [
    "mx . example . org", "mx(x).(y)example.\r\n org", "\"mx\".\"example\".\"org\"", "mx.ex\"ample\".org",
    "mx\0.example\u{1}.org", "\nmx.example.org", "mx.example.org..", "mx.example.org =x", "mx\\.example.org",
  ])
  func `broken spellings`(_ spelling: String) throws { try expectForgery(of: own, spelling, wellFormed: false) }

  @Test(arguments: ["mx.example.org/4ABCDEF", "\"mx.example.org/4ABCDEF\"", "MX.example.org/1/2 1"])
  func `job ID`(_ spelling: String) throws {
    try expectForgery(of: own, spelling, wellFormed: false)
    #expect(try AuthenticationResults(parsing: spelling + "; none", tolerating: .jobID).matches(own))
  }

  @Test(arguments: [
    ("", nil), (" ; dkim=pass", nil), ("dkim=pass header.d=mx.example.org", nil), ("spf =pass", nil),
    ("(mx.example.org", nil), ("(mx.example.org) other.example; none", "other.example"),
    ("mx.example.org.evil.example; none", "mx.example.org.evil.example"), ("my host; none", "my"),
    ("\"My Host\"; none", "my host"), ("mx.example.org evil; none", "mx.example.org"), ("mx", "mx"),
    ("192.0.2.1; none", "192.0.2.1"),
  ])
  func claims(_ text: String, _ id: String?) { #expect(claimed(text) == id) }

  @Test func `an authserv-id after deeply nested comments`() {
    let depth = 50_000
    let text = String(repeating: "(", count: depth) + String(repeating: ")", count: depth)
    #expect(claimed(text + own + ";") == own)
    #expect(claimed(String(repeating: "(", count: 2 * depth)) == nil)
  }
}
