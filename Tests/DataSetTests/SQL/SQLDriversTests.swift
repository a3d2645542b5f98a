import DKIMConfiguration
import Testing

@testable import DKIMDataSets

@Suite("Opening SQL data sets")
struct SQLDriversTests {
  private func problem(of specification: String) async -> String {
    do {
      _ = try await DataSets.open(specification, location: nil, drivers: .all)
      return "none"
    } catch {
      return error.description
    }
  }

  @Test
  func `blanks do not bring a password into a message`() async {
    let text = await problem(of: "dsn:pgsql://me:pass word@db/mail/table=t")
    #expect(text.contains("\"keycol\" is not set") && !text.contains("pass") && !text.contains("word"))
  }

  @Test
  func `the error for an invalid name says what was found and expected, without the password`() async {
    let text = await problem(of: "dsn:pgsql://me:secret@db:5432/mail/table=t?keycol=k?datacol=a")
    #expect(text.contains("the host contains a colon") && text.contains("5432+db.example.com"))
    #expect(text.contains("me:***@db") && !text.contains("secret"))
    #expect(await problem(of: "dsn:").contains("missing name after \"dsn:\""))
  }
}
