import DKIMCore
import Testing

@Suite struct HeaderFieldNameTests {
  @Test func `letter case is kept but does not distinguish names`() throws {
    let text = "sUbject"
    let name = try HeaderFieldName(text)
    #expect(name.text == "sUbject")
    #expect("\(name)" == "sUbject")
    #expect(name == .subject)
    #expect(Set([name, .subject, .from]).count == 2)
    #expect(name != .from)
  }

  @Test(arguments: ["X", "X-Y_z.1", "!#$%&'*+-;=|~", "\u{7E}"])
  func `printable text without a colon is a name`(_ text: String) throws {
    #expect(try HeaderFieldName(text).text == text)
  }

  @Test(arguments: ["", "X Y", "X:Y", ":", "X-\u{fc}", "X\u{7F}", "From\r\nBcc", "X\0", " X", "X\t"])
  func `other text is refused`(_ text: String) {
    let error = #expect(throws: HeaderFieldNameError.self) { try HeaderFieldName(text) }
    #expect(error?.text == text)
    #expect(error?.description.utf8.allSatisfy { $0 >= 0x20 } == true)
  }
}
