import DKIMCore
import Testing

@Suite("JSON")
struct JSONWriterTests {
  private func text(_ write: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter()
    write(&writer)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  @Test
  func `there are commas between elements and nowhere else`() {
    let written = text { json in
      json.object { json in
        json.name("a")
        json.array { json in
          json.number(1)
          json.array { _ in }
          json.object { _ in }
          json.null()
        }
        json.name("b")
        json.bool(true)
        json.name("c")
        json.object { json in
          json.name("d")
          json.string("x")
        }
      }
    }
    #expect(written == #"{"a":[1,[],{},null],"b":true,"c":{"d":"x"}}"#)
  }

  @Test(arguments: [(UInt64.max, "18446744073709551615"), (0, "0")])
  func `numbers of any size are written in full`(number: UInt64, expected: String) {
    #expect(text { $0.number(number) } == expected)
  }

  static let strings: [(String, String)] = [
    ("", #""""#),
    ("plain ä €😀", "\"plain ä €😀\""),
    ("\"\\/", #""\"\\/""#),
    ("a\nb\rc\td", #""a\nb\rc\td""#),
    ("\r\n", #""\r\n""#),
    ("\0\u{1}\u{1F}\u{7F}\u{9F}", #""\u0000\u0001\u001f\u007f\u009f""#),
    ("\u{1B}[31m", #""\u001b[31m""#),
    ("\u{2028}\u{2029}\u{202E}\u{2066}\u{FEFF}", #""\u2028\u2029\u202e\u2066\ufeff""#),
    // A combining mark after a quote must not hide the quote.
    ("\"\u{301}", "\"\\\"\u{301}\""),
  ]

  @Test(arguments: strings)
  func `characters that could end a string or a line, or harm a terminal, are escaped`(
    text string: String, expected: String
  ) {
    #expect(text { $0.string(string) } == expected)
  }

  @Test
  func `bytes that are not UTF-8 are replaced`() {
    let string = String(decoding: [0x61, 0xFF, 0xC3, 0x62, 0xED, 0xA0, 0x80] as [UInt8], as: UTF8.self)
    let written = text { $0.string(string) }
    #expect(written.unicodeScalars.contains("\u{FFFD}"))
    #expect(String(validating: Array(written.utf8), as: UTF8.self) != nil)
    #expect(written.hasPrefix("\"a"))
  }

  @Test
  func `a character above U+FFFF that is unsafe is written as two surrogates`() {
    #expect(text { $0.string("a\u{E0041}b") } == #""a\udb40\udc41b""#)
  }
}
