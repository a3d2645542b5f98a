import DKIMCore
import Testing

@Suite struct HeaderSelectionTests {
  @Test(arguments: [
    ("From", "from", true), ("From", "fromm", false), ("Content-*", "content-type", true), ("*", "anything", true),
    ("X-*-Y", "x-a-b-y", true), ("X-*-Y", "x-a-b", false), ("X-**Y", "X-Y", true), ("*-Id", "List-ID", true),
    ("a*b*c", "aXbYbZc", true), ("a*b*c", "aXbYbZ", false),
  ])
  func patterns(_ pattern: String, _ name: String, _ matches: Bool) throws {
    let name = try HeaderFieldName(name)
    #expect(HeaderSelection([pattern]).contains(name) == matches)
  }

  @Test func `changes to the standard`() throws {
    let selection = try HeaderSelection(list: ["*", "+X-Mine", "-subject", "+x-ours-*"])
    #expect(selection.contains("x-mine"))
    #expect(selection.contains("X-Ours-1"))
    #expect(!selection.contains("Subject"))
    #expect(selection.contains("Date"))
    let back = try HeaderSelection(list: ["*", "-Subject", "+Subject"])
    #expect(back.contains("Subject"))
  }

  @Test func `a plain list is the whole list`() throws {
    let selection = try HeaderSelection(list: ["From", "To"])
    #expect(selection.contains("to"))
    #expect(!selection.contains("Subject"))
  }

  @Test(arguments: [
    (["From", ""], HeaderSelectionError.notAName("")), (["Fr om"], .notAName("Fr om")),
    (["*", "Subject"], .noSign("Subject")), (["*", "+"], .notAName("")),
  ])
  func bad(_ list: [String], _ error: HeaderSelectionError) {
    #expect(throws: error) { try HeaderSelection(list: list) }
    #expect(!"\(error)".isEmpty)
  }
}
