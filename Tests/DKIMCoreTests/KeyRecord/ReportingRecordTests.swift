import Testing

@testable import DKIMCore

/// Records at `_report._domainkey.DOMAIN`. // RFC 6651 §3.2
@Suite struct ReportingRecordTests {
  private func record(_ text: String, old: Bool = false) -> ReportingRecord? {
    ReportingRecord(Array(text.utf8), usesOldNames: old)
  }

  @Test func `the name of the record`() throws {
    #expect(ReportingRecord.query(for: try DomainName("Example.COM"))?.name == "_report._domainkey.example.com")
  }

  @Test func `the defaults are all failures`() throws {
    let found = try #require(record("ra=dkim-errors"))
    #expect(found.localPart == "dkim-errors" && found.percentage == 100)
    #expect(found.conditions == Set(ReportingRecord.Condition.allCases))
    #expect(record("ra=x; rr=v:all")?.conditions == found.conditions)
  }

  @Test func `unknown tags and tokens are ignored`() {
    let found = record("v=1; ra=x; rr=v : x:unknown; rs=no=20thanks")
    #expect(found?.conditions == [.verification, .expired] && found?.localPart == "x")
    #expect(record("ra=x; rr=unknown")?.conditions == [])
  }

  @Test func `rr overrides ro, and OpenDKIM reads only ro`() {
    #expect(record("ra=x; ro=s; rr=v")?.conditions == [.verification])
    #expect(record("ra=x; ro=s")?.conditions == [.syntax])
    #expect(record("ra=x; ro=s; rr=v", old: true)?.conditions == [.syntax])
    #expect(record("ra=x; rr=v", old: true)?.conditions.count == ReportingRecord.Condition.allCases.count)
  }

  @Test(arguments: [("0", 0), ("7", 7), ("007", 7), ("100", 100)])
  func `percentages`(text: String, number: Int) {
    #expect(record("ra=x; rp=\(text)")?.percentage == number)
  }

  @Test(arguments: ["101", "-1", "1.5", "", "1000", "x"])
  func `an invalid percentage makes the record invalid`(text: String) {
    #expect(record("ra=x; rp=\(text)") == nil)
  }

  @Test(arguments: ["", "ra", "ra=x; ra=y", "ra=x;;rp=1"])
  func `a record that is not a tag list is invalid`(text: String) { #expect(record(text) == nil) }

  @Test func `a long record is invalid`() {
    #expect(record("ra=x; rs=" + String(repeating: "a", count: 2048)) == nil)
  }

  @Test(arguments: [
    ("a=2Eb", "a.b"), ("dkim@evil.example", "dkim"), ("a+b_c-1", "a+b_c-1"), ("a=3Db", "a=b"),
  ])
  func `the local part is decoded, and a domain in it is dropped`(text: String, localPart: String) {
    #expect(record("ra=\(text)")?.localPart == localPart)
  }

  @Test(arguments: [
    "", "@x", "=7Ccat", "=2Fetc=2Fpasswd", "a=20b", "a=0Ab", "a=22b", "a=2C b", "-t", "a..b", "a.", "a%b", "a!b",
    "=C3=A4", "a=2", String(repeating: "x", count: 65),
  ])
  func `a local part that an MTA could interpret is not used`(text: String) {
    #expect(record("ra=\(text)") != nil && record("ra=\(text)")?.localPart == nil)
  }
}
