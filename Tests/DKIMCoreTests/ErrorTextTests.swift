import DKIMCore
import Testing

/// Untrusted text is shown in errors: it must not end a line or control a terminal.
@Suite struct ErrorTextTests {
  /// CRLF before white space is a fold and allowed in any tag; U+009B starts terminal control sequences.
  @Test(arguments: [
    ("d=a\r\n .example", "a   .example"), ("d=a\u{9B}2J.example", "a\u{FFFD}2J.example"),
    ("d=\u{9B}2J-.example", "\u{FFFD}2J-"), ("d=a\u{2028}b.example", "a b"), ("c=simple\t/\tsimple", "simple / simple"),
    ("q=a\r\n\tb", "a   b"), ("i=x@\u{85}", "x@\u{FFFD}"), ("z=A:=\u{9B}", "z==\u{FFFD}"),
  ])
  func `signature field`(_ tag: String, _ shown: String) throws {
    let text = try #require(errorText(ofSignatureWith: tag))
    #expect(text.contains(shown))
    #expect(isPrintable(text), "\(text.debugDescription)")
  }

  @Test(arguments: [
    ("k=r\r\n sa", "r   sa"), ("v=DKIM1\u{9B}", "DKIM1\u{FFFD}"), ("h=sha256:\r\n :\u{85}", "\u{FFFD}"),
  ])
  func `key record`(_ tag: String, _ shown: String) throws {
    let record = Array((tag + "; p=8CKHzlWdGhjYcEsuoc5EfFQZ2PavRvsDoaLizLHBrBo=").utf8)
    let error = try #require(throws: KeyRecordError.self) { try KeyRecord(record) }
    #expect(error.description.contains(shown))
    #expect(isPrintable(error.description), "\(error.description.debugDescription)")
  }

  /// A valid `i=` is reported: control characters of every kind are rejected, other text is not.
  @Test func identity() throws {
    for local in ["=09", "=1B", "=C2=85", "\u{9B}", "=E2=80=A8"] {
      #expect(errorText(ofSignatureWith: "i=a\(local)@example.com")?.contains("without control characters") == true)
    }
    #expect(errorText(ofSignatureWith: "i=\u{4e2d}=C3=BC@example.com") == nil)
  }

  /// Programs that search Authentication-Results fields for `dkim=pass` must not find it in a reason.
  @Test(arguments: [
    ("c=dkim=pass header.d=bank.example", "c=dkim=3Dpass header.d=3Dbank.example"),
    ("q=dkim==pass", "q=dkim=3D=3Dpass"),
    ("i=dkim=pass", "i=dkim=3Dpass"), ("x=dkim=pass=", "x=dkim=3Dpass="), ("i=a=20b", "i=a=20b"),
  ])
  func `no result in a reason`(_ tag: String, _ shown: String) throws {
    let text = try #require(errorText(ofSignatureWith: tag))
    #expect(text.contains(String(shown.dropFirst(2))))
    #expect(!text.contains("dkim=pass"))
  }

  @Test(arguments: ["v=dkim=pass", "k=dkim=pass", "h=a::dkim=pass"])
  func `no result in a reason from a key`(_ tag: String) throws {
    let record = Array((tag + "; p=8CKHzlWdGhjYcEsuoc5EfFQZ2PavRvsDoaLizLHBrBo=").utf8)
    let error = try #require(throws: KeyRecordError.self) { try KeyRecord(record) }
    #expect(error.description.contains("dkim=3Dpass"))
    #expect(
      PermanentFailure.inapplicableService(services: ["x", "dkim=pass"]).description
        == "inapplicable key: it is for x, dkim=3Dpass, not for email")
  }

  /// With a limit of 0, not even one name is allowed.
  @Test func `no header names`() {
    let value = Array(field("d=example.com").utf8)
    #expect(throws: SignatureFieldError.tooManyHeaderNames(limit: 0)) {
      try DKIMSignature(value: value, maximumHeaderNames: 0)
    }
    #expect(throws: Never.self) { try DKIMSignature(value: value, maximumHeaderNames: 1) }
  }

  private func field(_ tag: String) -> String {
    "v=1; a=rsa-sha256; s=sel; h=from; bh=YWJj; b=YWJj; " + (tag.hasPrefix("d=") ? "" : "d=example.com; ") + tag
  }

  private func errorText(ofSignatureWith tag: String) -> String? {
    do {
      _ = try DKIMSignature(value: Array(field(tag).utf8))
      return nil
    } catch {
      return error.description
    }
  }

  private func isPrintable(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy {
      ![.control, .lineSeparator, .paragraphSeparator].contains($0.properties.generalCategory)
    }
  }
}
