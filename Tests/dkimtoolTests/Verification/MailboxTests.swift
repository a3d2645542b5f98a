import Testing

@testable import dkimtool

@Suite("mbox files")
struct MailboxTests {
  /// Returns the messages of an mbox. `known` octets have been read already, the rest comes from a file.
  private func messages(_ text: String, known: Int = .max) throws -> [String] {
    let octets = Array(text.utf8)
    let folder = try ToolFolder()
    try folder.write("rest", Array(octets.dropFirst(known)))
    let path = folder.path + "/work/rest"
    var mailbox = Mailbox(Array(octets.prefix(known)), rest: try InputFile.open(path), path: path)
    var messages: [String] = []
    while let message = try mailbox.next() { messages.append(String(decoding: message, as: UTF8.self)) }
    return messages
  }

  static let boxes: [(String, [String])] = [
    ("From a\n", [""]),
    ("From a\nA: b\n\nbody\n", ["A: b\r\n\r\nbody\r\n"]),
    // The empty line before the next message belongs to the mbox.
    ("From a\nA: b\n\none\n\nFrom b\nA: c\n\ntwo\n\n", ["A: b\r\n\r\none\r\n", "A: c\r\n\r\ntwo\r\n"]),
    ("From a\nA: b\n\none\n\n\nFrom b\nA: c\n", ["A: b\r\n\r\none\r\n\r\n", "A: c\r\n"]),
    // A From line without an empty line before it is text.
    ("From a\nA: b\n\none\nFrom b\ntwo\n", ["A: b\r\n\r\none\r\nFrom b\r\ntwo\r\n"]),
    ("From a\nA: b\n\nFromage\n\nFromage\n", ["A: b\r\n\r\nFromage\r\n\r\nFromage\r\n"]),
    ("From a\nA: b\n\n>From b\n", ["A: b\r\n\r\n>From b\r\n"]),
    // The first line determines the line endings; CRLF in other lines is not changed.
    ("From a\r\nA: b\r\n\r\none\r\n\r\nFrom b\r\nA: c\r\n", ["A: b\r\n\r\none\r\n", "A: c\r\n"]),
    ("From a\r\nA: b\r\n\r\nbare\nLF\r\n", ["A: b\r\n\r\nbare\nLF\r\n"]),
    ("From a\nA: b\n\nhas\r\nCRLF\n", ["A: b\r\n\r\nhas\r\nCRLF\r\n"]),
    ("From a\nA: b\n\nno end", ["A: b\r\n\r\nno end"]),
    ("From a\nA: b\n\nend\n\nFrom ", ["A: b\r\n\r\nend\r\n", ""]),
  ]

  @Test(arguments: boxes)
  func `are split at From lines after empty lines`(text: String, expected: [String]) throws {
    #expect(try messages(text) == expected)
  }

  @Test(arguments: boxes)
  func `are split the same way however little was read at first`(text: String, expected: [String]) throws {
    // The first line has always been read.
    let first = (text.utf8.firstIndex(of: 10).map { text.utf8.distance(from: text.utf8.startIndex, to: $0) } ?? 0) + 1
    for known in first...text.utf8.count { #expect(try messages(text, known: known) == expected, "\(known) octets") }
  }

  @Test
  func `can be larger than a block`() throws {
    let body = "-\n" + String(repeating: "From the start of a line\n", count: 30_000)
    let text = (0..<3).map { "From \($0)\nA: \($0)\n\n\(body)\n" }.joined()
    let found = try messages(text, known: 100)
    #expect(found.count == 3)
    #expect(found.map(\.utf8.count) == Array(repeating: 8 + body.utf8.count + 30_001, count: 3))
  }

  static let quoted: [(String, String?)] = [
    ("A: b\r\n\r\n>From x\r\n", "A: b\r\n\r\nFrom x\r\n"),
    (">>From x\r\n", ">From x\r\n"),
    ("> From x\r\n", nil),
    ("a >From x\r\n", nil),
    (">Fromage\r\n", nil),
  ]

  @Test(arguments: quoted)
  func `lose one > of quoted From lines`(text: String, expected: String?) {
    #expect(Mailbox.unquoted(Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) } == expected)
  }
}

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
  func `a file with at least one CRLF is used octet for octet`(file: String, expected: String) {
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
