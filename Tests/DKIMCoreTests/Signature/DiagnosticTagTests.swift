import Testing

@testable import DKIMCore

/// The tags `r=` and `z=`. // RFC 6651 §3.1, RFC 6376 §3.5
@Suite struct DiagnosticTagTests {
  private func signature(_ tags: String) throws -> DKIMSignature {
    try DKIMSignature(
      value: Array(" v=1; a=rsa-sha256; d=example.com; s=sel; h=From; bh=AAAA; b=AAAA; \(tags)".utf8))
  }

  @Test func `r=y asks for reports, any other value does not`() throws {
    #expect(try signature("r=y").requestsReports)
    #expect(try signature("r = y ;").requestsReports)
    for tags in ["r=Y", "r=yes", "r=", "q=dns/txt"] { #expect(try !signature(tags).requestsReports, "\(tags)") }
  }

  @Test func `copied fields are decoded`() throws {
    let copies = try signature("z=From:=20Alice|Sub\r\n ject:a=3Bb=0D=0A=09c").copiedFields
    #expect(copies.map(\.name) == ["From", "Subject"])
    #expect(copies.map { String(decoding: $0.value, as: UTF8.self) } == [" Alice", "a;b\r\n\tc"])
    #expect(try signature("q=dns/txt").copiedFields.isEmpty)
  }

  /// OpenDKIM writes `|` in a value without encoding it.
  @Test func `a part without a colon belongs to the value before it`() throws {
    let copies = try signature("z=Subject:=20a=20|=20b|To:c").copiedFields
    #expect(copies.map(\.name) == ["Subject", "To"])
    #expect(copies.first?.value == Array(" a | b".utf8))
  }
}
