import DKIMDiagnostics
import Testing

@Suite("Line endings of message files")
struct LineEndsTests {
  static let files: [(String, String)] = [
    ("", ""),
    ("a", "a"),
    ("a\nb\n", "a\r\nb\r\n"),
    ("\n\n", "\r\n\r\n"),
    ("a\r\nb\n", "a\r\nb\n"),
    ("a\nb\r\n", "a\nb\r\n"),
    ("a\rb\n", "a\rb\r\n"),
    ("a\r", "a\r"),
  ]

  @Test(arguments: files)
  func `a file with at least one CRLF is used byte for byte`(file: String, expected: String) {
    #expect(LineEnds.wire(Array(file.utf8)) == Array(expected.utf8))
  }

  @Test
  func `CRLF becomes LF, and nothing else changes`() {
    #expect(LineEnds.withLF(Array("a\r\nb\rc\r\r\nd\n".utf8)) == Array("a\nb\rc\r\nd\n".utf8))
  }

  @Test
  func `features that other hosts will change are counted`() {
    let odd = LineEnds.Oddities(Array("a\r\nb\nc\rd\r\n\n\r".utf8))
    #expect(odd.bareLF == 2)
    #expect(odd.bareCR == 2)
    #expect(odd.longestLine == 3)
    #expect(LineEnds.Oddities(Array("ab\r\nabcde\r\na".utf8)).longestLine == 5)
    #expect(LineEnds.Oddities(Array("a\r\nabc".utf8)).longestLine == 3)
  }
}
