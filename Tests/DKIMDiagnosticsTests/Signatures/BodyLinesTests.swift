import Testing

@testable import DKIMDiagnostics

@Suite struct BodyLinesTests {
  private func lines(_ text: String) -> BodyLines { BodyLines(Array(text.utf8)[...]) }

  @Test func `banners end after each of the first lines, and footers begin at each of the last`() {
    #expect(lines("ab\r\n\r\ncd\r\n").bannerEnds == [4, 6, 10])
    #expect(lines("ab\r\n\r\ncd\r\n").footerStarts == [6, 4, 0])
    #expect(lines("a\n\nb\n").footerStarts == [3, 2, 0])
    #expect(lines("").bannerEnds.isEmpty && lines("").footerStarts.isEmpty)
  }

  @Test func `further inside, a banner ends at an empty line or a rule`() {
    let text = String(repeating: "a\r\n", count: 12) + "\r\nb\r\n-- \r\nc\r\n"
    #expect(lines(text).bannerEnds == Array(stride(from: 3, through: 36, by: 3)) + [38, 46])
  }

  @Test func `the number of places is limited`() {
    let text = String(repeating: "\r\n", count: 100)
    #expect(lines(text).bannerEnds == Array(stride(from: 2, through: 96, by: 2)))
    #expect(lines(text).footerStarts == Array(stride(from: 198, through: 104, by: -2)))
  }

  @Test func `a multipart body ends with a boundary`() {
    #expect(lines("a\r\n--b--\r\n\r\n").closingBoundary == 3)
    #expect(lines("a\r\n--b\r\n").closingBoundary == nil)
    #expect(lines("----\r\n").closingBoundary == nil)
  }
}
