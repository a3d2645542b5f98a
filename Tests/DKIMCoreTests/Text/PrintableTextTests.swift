import Testing

@testable import DKIMCore

@Suite
struct PrintableTextTests {
  @Test
  func `a text is shown on one line, without control characters and invisible ones`() {
    #expect(PrintableText.line("a b~") == "a b~")
    #expect(PrintableText.line("a\tb\r\nc\u{2028}d\u{2029}e") == "a b  c d e")
    #expect(PrintableText.line("\u{0}\u{1B}[2J\u{7F}\u{85}\u{202E}ä") == "\u{FFFD}\u{FFFD}[2J\u{FFFD}\u{FFFD}\u{FFFD}ä")
  }

  @Test
  func `a line is cut between two characters`() {
    #expect(PrintableText.line("abcd", atMost: 3) == "abc")
    #expect(PrintableText.line("abä", atMost: 3) == "ab")
    #expect(PrintableText.line("abä", atMost: 4) == "abä")
  }

  @Test
  func `only the beginning of a long text is shown`() {
    #expect(PrintableText.beginning(of: "äöü", characters: 3) == "äöü")
    #expect(PrintableText.beginning(of: "äöüa", characters: 3) == "äöü…")
    #expect(PrintableText.quoted("a\nb") == "\"a b\"")
    #expect(PrintableText.quoted(String(repeating: "x", count: 81)) == "\"" + String(repeating: "x", count: 80) + "…\"")
  }

  @Test
  func `text for terminals shows unsafe characters as escapes`() {
    #expect(PrintableText.escaped("ä b") == "ä b")
    #expect(PrintableText.escaped("a\u{1B}[2J\nb\u{202E}\u{200D}") == "a\\u{1b}[2J\\u{a}b\\u{202e}\\u{200d}")
  }

  @Test
  func `a byte is shown as a character or as a number`() {
    #expect(PrintableText.byte(UInt8(ascii: "~")) == "\"~\"")
    #expect(PrintableText.byte(0x20) == "byte 0x20")
    #expect(PrintableText.byte(0x0A) == "byte 0x0a")
  }
}
