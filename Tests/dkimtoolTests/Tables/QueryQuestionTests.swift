import Testing

@testable import dkimtool

@Suite("query: KEY and KEY/N")
struct QueryQuestionTests {
  @Test(
    arguments: [
      ("mail", "mail", nil), ("mail/3", "mail", 3), ("a/b/2", "a/b", 2), ("mail/0", "mail/0", nil),
      ("mail/101", "mail/101", nil), ("mail/x", "mail/x", nil), ("mail/", "mail/", nil), ("/2", "", 2),
      ("192.0.2.0/24", "192.0.2.0/24", nil), ("!192.0.2.0/24", "!192.0.2.0/24", nil),
      ("[2001:db8::]/32", "[2001:db8::]/32", nil), ("2001:db8::/32/1", "2001:db8::/32", 1), ("", "", nil),
    ] as [(String, String, Int?)])
  func `the text after the last slash is a number of fields, unless the argument is a network`(
    text: String, key: String, fields: Int?
  ) {
    #expect(QueryQuestion(text) == QueryQuestion(key: key, fields: fields))
  }

  @Test
  func `times are in milliseconds, with two decimals`() {
    #expect(QueryReport.milliseconds(.microseconds(1234)) == "1.23 ms")
    #expect(QueryReport.milliseconds(.nanoseconds(900)) == "0.00 ms")
    #expect(QueryReport.milliseconds(.seconds(2)) == "2000.00 ms")
    #expect(QueryReport.milliseconds(.microseconds(50)) == "0.05 ms")
  }
}
